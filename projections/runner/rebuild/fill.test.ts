import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import { EventStoreUnavailableError } from '#platform/event-store';
import type { CacheReadModel } from '../../read-model.ts';
import { CheckpointMovedError, FencedError, type ReadModelStore } from '../read-model-store.ts';
import { createInMemoryParking, createInMemoryStore } from '../testing/in-memory-store.ts';
import { createFillControl } from './control.ts';
import { type FillOptions, fillGenerations } from './fill.ts';
import { createMemoryLog } from './memory-log.ts';
import { tallyEvents, tallyModel } from './tally.ts';
import type { FillProgress, FillTarget } from './target.ts';

const noSignal = new AbortController().signal;
const model = tallyModel('tally', ['A', 'B']);

async function targetOf(
  readModel: CacheReadModel = model,
  change: Partial<FillTarget> = {},
  store: ReadModelStore = createInMemoryStore(readModel),
): Promise<FillTarget> {
  const partitions = change.partitions ?? 1;
  const { generation } = await store.create({ version: 1, state: 'building', partitions });
  const fences = new Map(Array.from({ length: partitions }, (_, partition) => [partition, 1n] as const));
  return {
    model: readModel,
    store,
    parking: createInMemoryParking(),
    generation,
    partitions,
    fences,
    skipped: () => new Set(),
    control: createFillControl(),
    ...change,
  };
}

const fill = (options: Pick<FillOptions, 'scan' | 'targets'> & Partial<FillOptions>) =>
  fillGenerations({ signal: noSignal, delay: async () => {}, ...options });

const contentOf = ({ store, generation, model: { parts } }: FillTarget) =>
  store.page(generation, parts[0] as never, undefined, 1000);

const appliedTo = async (target: FillTarget) => (await target.store.checkpoint(target.generation, 0)).applied;

/** What the events come to, folded one after the other by nobody's batches. */
async function expected(events: readonly RecordedEvent[]) {
  const target = await targetOf();
  for (const event of events) await fill({ scan: createMemoryLog([event]).scan, targets: [target] });
  return contentOf(target);
}

test('two generations are filled from one scan, each with its own types', async () => {
  const log = createMemoryLog(tallyEvents(5000));
  const targets = [await targetOf(), await targetOf(tallyModel('other', ['B', 'C']))];
  const outcomes = await fill({ scan: log.scan, targets });
  expect([...outcomes.values()]).toEqual(targets.map(() => ({ status: 'filled', upTo: 14997n })));
  expect(log.scans).toEqual([{ after: -1n, types: ['A', 'B', 'C'], read: 5000 }]);
  const counted = tallyEvents(5000).filter(({ type }) => type === 'B').length;
  for (const target of targets) expect((await appliedTo(target)).B).toBe(counted);
  expect(await appliedTo(targets[0] as FillTarget)).not.toHaveProperty('C');
});

test('content does not depend on batches, on partitions, or on being ended and resumed in between', async () => {
  const events = tallyEvents(300).filter(({ type }) => type !== 'C');
  const wanted = await expected(events);
  const small: CacheReadModel = { ...model, batchSize: 1 };
  const whole = await targetOf();
  const split = await targetOf(small, { partitions: 4 });
  const ended = await targetOf(small, { partitions: 3 });
  const { scan } = createMemoryLog(events, 10);
  await fill({ scan, targets: [whole, split] });
  for (let round = 0; ; round++) {
    const stop = new AbortController();
    let commits = 0;
    const onProgress = () => {
      if (++commits >= 2) stop.abort(new Error('killed'));
    };
    try {
      await fill({ scan, targets: [ended], signal: stop.signal, onProgress });
      break;
    } catch (error) {
      expect(String(error)).toContain('killed');
      expect(round).toBeLessThan(40);
    }
  }
  for (const target of [whole, split, ended]) expect(await contentOf(target)).toEqual(wanted);
});

test('an event that cannot be folded is parked with the rest of its stream, and the others go on', async () => {
  const events = tallyEvents(600, 20, ['A']).map((event, index) =>
    index === 205 ? { ...event, data: { poison: true } } : event,
  );
  const { stream } = events[205] as RecordedEvent;
  const tries: bigint[] = [];
  const counting: CacheReadModel = {
    ...model,
    fold(event, entries, prepared) {
      if (event.position === 615n) tries.push(event.position);
      model.fold(event, entries, prepared);
    },
  };
  const target = await targetOf(counting);
  let parked = 0;
  await fill({
    scan: createMemoryLog(events).scan,
    targets: [target],
    onProgress: (each) => (parked += each.parked),
  });
  const inStream = events.filter((event) => event.stream === stream);
  const held = await target.parking.parked(target.generation);
  expect(held.map(({ position }) => position)).toEqual(
    inStream.filter(({ position }) => position >= 615n).map(({ position }) => position),
  );
  expect(held.map(({ isCause }) => isCause)).toEqual(held.map((_, index) => index === 0));
  expect(held[0]?.error).toBe('This cannot be understood.');
  expect(parked).toBe(held.length);
  expect(tries).toHaveLength(6);
  expect((await appliedTo(target)).A).toBe(600 - held.length);
  const others = events.filter((event) => event.stream !== stream || event.position < 615n);
  expect(await contentOf(target)).toEqual(await expected(others));
});

test('what was parked before the end keeps its error, and its stream stays parked after a resume', async () => {
  const events = tallyEvents(90, 3, ['A']).map((event, index) =>
    index === 40 ? { ...event, data: { poison: true } } : event,
  );
  const stop = new AbortController();
  const inner = await targetOf({ ...model, batchSize: 1 });
  const parking = {
    ...inner.parking,
    async park(...parked: Parameters<typeof inner.parking.park>) {
      await inner.parking.park(...parked);
      stop.abort(new Error('killed'));
    },
  };
  const { scan } = createMemoryLog(events, 10);
  await expect(fill({ scan, targets: [{ ...inner, parking }], signal: stop.signal })).rejects.toThrow(
    'killed',
  );
  await fill({ scan, targets: [inner] });
  const held = await inner.parking.parked(inner.generation);
  expect(held).toHaveLength(17);
  expect(held.map(({ isCause }) => isCause)).toEqual(held.map((_, index) => index === 0));
});

test('what a store refuses is found and parked; a rebuild that would park everything fails instead', async () => {
  const store = createInMemoryStore(model);
  const refusing: ReadModelStore = {
    ...store,
    async commit(generation, commit, options) {
      for (const { puts } of commit.changes) if (puts.has('stream-7')) throw new Error('refused');
      await store.commit(generation, commit, options);
    },
  };
  const target = await targetOf(model, {}, refusing);
  await fill({ scan: createMemoryLog(tallyEvents(500, 20, ['A'])).scan, targets: [target] });
  const held = await target.parking.parked(target.generation);
  expect(new Set(held.map(({ stream }) => stream))).toEqual(new Set(['stream-7']));
  expect(held).toHaveLength(25);

  const broken = await targetOf(
    model,
    {},
    { ...store, commit: () => Promise.reject(new TypeError('no such table')) },
  );
  const outcomes = await fill({ scan: createMemoryLog(tallyEvents(500, 300)).scan, targets: [broken] });
  expect(outcomes.get(broken)).toMatchObject({ status: 'failed' });
  expect(String((outcomes.get(broken) as { error: unknown }).error)).toContain('no such table');
});

test('events of which none can be prepared are parked, each for itself, and hold up nothing for ever', async () => {
  const events = tallyEvents(30, 3, ['A', 'B']);
  const unprepared: CacheReadModel = {
    ...model,
    async prepare(each) {
      if (each.some(({ type }) => type === 'A')) throw new Error('Its text is lost.');
      return new Map();
    },
  };
  const target = await targetOf(unprepared);
  const outcomes = await fill({ scan: createMemoryLog(events).scan, targets: [target] });
  expect(outcomes.get(target)).toMatchObject({ status: 'filled' });
  const held = await target.parking.parked(target.generation);
  const causes = held.filter(({ isCause }) => isCause);
  expect(causes.map(({ stream }) => stream).toSorted()).toEqual(['stream-0', 'stream-1', 'stream-2']);
  expect(new Set(causes.map(({ error }) => error))).toEqual(new Set(['Its text is lost.']));
  const applied = Object.values(await appliedTo(target)).reduce((sum, count) => sum + count, 0);
  expect(applied + held.length).toBe(30);
});

test('one that fails does not hold up the others; one that is away is waited for', async () => {
  const store = createInMemoryStore(model);
  const fenced = await targetOf(
    model,
    {},
    { ...store, commit: () => Promise.reject(new FencedError('taken')) },
  );
  let away = 20;
  const other = createInMemoryStore(model);
  const shaky: ReadModelStore = {
    ...other,
    isTransient: (error) => String(error).includes('away') || String(error).includes('lost'),
    async commit(...commit) {
      if (away-- > 0) throw new Error('away');
      await other.commit(...commit);
      if (away === -2) throw new CheckpointMovedError('the answer was lost');
    },
  };
  const late = await targetOf({ ...model, batchSize: 5 }, {}, shaky);
  const fine = await targetOf();
  const events = tallyEvents(2000);
  const outcomes = await fill({ scan: createMemoryLog(events).scan, targets: [fenced, late, fine] });
  expect([fenced, late, fine].map((each) => outcomes.get(each)?.status)).toEqual([
    'failed',
    'filled',
    'filled',
  ]);
  expect(await contentOf(late)).toEqual(await contentOf(fine));
});

test('a scan that breaks goes on where it was', async () => {
  const log = createMemoryLog(tallyEvents(1000));
  let breaks = 3;
  const target = await targetOf();
  const breaking: typeof log.scan = async function* (options) {
    let batches = 0;
    for await (const batch of log.scan(options)) {
      if (breaks > 0 && ++batches === 3) {
        breaks--;
        throw new EventStoreUnavailableError('gone');
      }
      yield batch;
    }
  };
  await fill({ scan: breaking, targets: [target] });
  const fresh = await targetOf();
  await fill({ scan: log.scan, targets: [fresh] });
  expect(await contentOf(target)).toEqual(await contentOf(fresh));
});

test('one that is paused leaves the others alone, and is filled when it is resumed', async () => {
  const log = createMemoryLog(tallyEvents(3000), 50);
  const store = createInMemoryStore(model);
  let commits = 0;
  const paused = await targetOf(
    { ...model, batchSize: 5 },
    {},
    {
      ...store,
      async commit(...commit) {
        await store.commit(...commit);
        if (++commits === 3) paused.control.set({ paused: true });
      },
    },
  );
  const other = await targetOf();
  const seen: FillProgress[] = [];
  const filling = fill({
    scan: log.scan,
    targets: [paused, other],
    onProgress(each) {
      seen.push(each);
      if (each.target === other && each.position === 8997n) paused.control.set({ paused: false });
    },
  });
  await filling;
  const whileOther = seen.slice(
    0,
    seen.findIndex(({ position }) => position === 8997n),
  );
  expect(whileOther.filter(({ target }) => target === paused)).toHaveLength(3);
  expect(await contentOf(paused)).toEqual(await contentOf(other));
  expect(log.scans).toHaveLength(2);
  expect(log.scans[1]?.after).toBe(whileOther.findLast(({ target }) => target === paused)?.position);
});

test('one that takes far longer than the others gets a scan of its own', async () => {
  const store = createInMemoryStore(model);
  const fastIsDone = Promise.withResolvers<void>();
  const slow = await targetOf(
    { ...model, batchSize: 5 },
    {},
    {
      ...store,
      async commit(...commit) {
        await fastIsDone.promise;
        await store.commit(...commit);
      },
    },
  );
  const fast = await targetOf();
  const log = createMemoryLog(tallyEvents(3000), 50);
  await fill({
    scan: log.scan,
    targets: [slow, fast],
    patienceMs: 20,
    onProgress: ({ target, position }) => target === fast && position === 8997n && fastIsDone.resolve(),
  });
  expect(await contentOf(slow)).toEqual(await contentOf(fast));
  expect(log.scans).toHaveLength(2);
});

test('a throttle holds the rate: the time waited is that of the events, and a new rate counts at once', async () => {
  let now = 0;
  const clock = {
    now: () => now,
    async wait(milliseconds: number, signal: AbortSignal) {
      if (!signal.aborted) now += milliseconds;
    },
  };
  const target = await targetOf(tallyModel('all', ['A', 'B', 'C']), {
    control: createFillControl({ throttle: 100 }),
  });
  const at: [number, bigint][] = [];
  const options = {
    targets: [target],
    clock,
    onProgress: ({ position }: FillProgress) => at.push([now, position]),
  };
  await fill({ scan: createMemoryLog(tallyEvents(1000)).scan, ...options });
  expect(now).toBeGreaterThan(9_500);
  expect(now).toBeLessThanOrEqual(10_000);
  for (const [when, position] of at) expect(Number(position) / 3).toBeLessThanOrEqual(when / 10 + 110);
  now = 0;
  target.control.set({ throttle: 1000 });
  await fill({ scan: createMemoryLog(tallyEvents(2000)).scan, ...options });
  expect(now).toBeGreaterThan(700);
  expect(now).toBeLessThanOrEqual(1000);
});

test('an entry that was just written is not read back, and one that cannot be there is not looked up', async () => {
  const store = createInMemoryStore(model);
  const asked: string[] = [];
  const asking: ReadModelStore = {
    ...store,
    load(generation, needs) {
      asked.push(...needs.map(({ key }) => String(key[0])));
      return store.load(generation, needs);
    },
  };
  const target = await targetOf({ ...model, batchSize: 5 }, {}, asking);
  const events = tallyEvents(3000);
  await fill({ scan: createMemoryLog(events.slice(0, 1500)).scan, targets: [target] });
  expect(asked).toEqual([]);
  // Another worker finds entries in the store: each once.
  await fill({ scan: createMemoryLog(events).scan, targets: [target] });
  expect(asked).toHaveLength(50);
  const fresh = await targetOf();
  await fill({ scan: createMemoryLog(events).scan, targets: [fresh] });
  expect(await contentOf(target)).toEqual(await contentOf(fresh));
});

test('events that were skipped by decision are neither folded nor parked', async () => {
  const events = tallyEvents(100, 10, ['A']);
  const target = await targetOf(model, { skipped: () => new Set(['30', '33']) });
  await fill({ scan: createMemoryLog(events).scan, targets: [target] });
  expect((await appliedTo(target)).A).toBe(98);
  expect(await target.parking.parked(target.generation)).toEqual([]);
});

test('partitions that were left at different places each go on from their own', async () => {
  const store = createInMemoryStore(model);
  let commits = 0;
  const target = await targetOf(
    { ...model, batchSize: 5 },
    { partitions: 3 },
    {
      ...store,
      async commit(generation, commit, options) {
        if (commit.partition === 1 && commit.from > -1n && ++commits === 1) throw new FencedError('taken');
        await store.commit(generation, commit, options);
      },
    },
  );
  const { scan } = createMemoryLog(tallyEvents(1000), 10);
  expect([...(await fill({ scan, targets: [target] })).values()]).toMatchObject([{ status: 'failed' }]);
  const places = await Promise.all([0, 1, 2].map((each) => store.checkpoint(target.generation, each)));
  expect(new Set(places.map(({ position }) => position)).size).toBe(2);
  await fill({ scan: createMemoryLog(tallyEvents(1000), 200).scan, targets: [target] });
  const whole = await targetOf();
  await fill({ scan, targets: [whole] });
  expect(await contentOf(target)).toEqual(await contentOf(whole));
});
