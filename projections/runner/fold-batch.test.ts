import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import type { CasefoldEvent } from '#domain/registry';
import { type CacheReadModel, keyPart } from '../read-model.ts';
import { recorded } from '../read-model-specification.ts';
import { foldBatch, unpreparableEvent } from './fold-batch.ts';
import { createInMemoryEntries } from './in-memory-entries.ts';

type Tally = { readonly caseId: string; readonly names: readonly string[] };
const tally = keyPart<Tally>('tally:', ({ caseId }) => caseId);
type CaseOpened = RecordedEvent<Extract<CasefoldEvent, { type: 'CaseOpened' }>>;
const dataOf = (event: RecordedEvent) => (event as CaseOpened).data;

/** Lists the names of each case; cannot fold "bad", and cannot say what "worse" needs. */
const model: CacheReadModel = {
  name: 'tallies',
  version: 1,
  types: ['CaseOpened'],
  sink: 'cache',
  parts: [tally],
  needs(event) {
    const { caseId, name } = dataOf(event);
    if (name === 'worse') throw new Error('worse');
    return [{ part: tally, key: [caseId] }];
  },
  fold(event, entries) {
    const { caseId, name } = dataOf(event);
    const names = [...(entries.get(tally, [caseId])?.names ?? []), name];
    entries.put(tally, { caseId, names });
    if (name === 'bad') throw new Error('bad');
  },
};
const namedOf = (...names: string[]) =>
  recorded(
    names.map((name, index) => ({
      type: 'CaseOpened',
      data: { caseId: 'c', name },
      stream: `case-${index}`,
    })),
  );

async function foldedOver(events: readonly RecordedEvent[], options = {}, of = model) {
  const held = createInMemoryEntries([tally]);
  const { changes, ...rest } = await foldBatch(of, events, held.load, options);
  held.apply(changes);
  return { names: held.get(tally, ['c'])?.names, ...rest };
}

test.each(['bad', 'worse'])(
  'what comes before an event that cannot be folded is there, and it is told: %s',
  async (name) => {
    const events = namedOf('a', 'b', name, 'c');
    const { names, applied, failed } = await foldedOver(events);
    expect([names, applied]).toEqual([['a', 'b'], { CaseOpened: 2 }]);
    expect(failed?.event).toBe(events[2]);
    expect(String(failed?.error)).toContain(name);
  },
);

test('an event that is skipped has no effect and is not counted', async () => {
  const skip = (event: RecordedEvent) => event.position === 10n;
  const { names, applied, failed } = await foldedOver(namedOf('a', 'bad', 'b'), { skip });
  expect([names, applied, failed]).toEqual([['a', 'b'], { CaseOpened: 2 }, undefined]);
});

test('each thing that is needed is looked up once', async () => {
  const looked: number[] = [];
  await foldBatch(model, namedOf('a', 'b', 'c'), async (needs) => {
    looked.push(needs.length);
    return createInMemoryEntries([tally]).load(needs);
  });
  expect(looked).toEqual([1]);
});

test('a fold hears what it touches', async () => {
  const touched: string[] = [];
  await foldedOver(namedOf('a'), {
    touch: { entry: ({ name }: { name: string }, key: string[]) => touched.push(name + key), owner() {} },
  });
  expect(touched).toEqual(['tally:c']);
});

test('an event before a failed one is prepared anew: it may have been void for what is left out', async () => {
  const lastOnly: CacheReadModel = {
    ...model,
    prepare: async (events) => new Map(events.map(({ id }, index) => [id, index === events.length - 1])),
    fold(event, entries, isLast) {
      const { caseId, name } = dataOf(event);
      if (name === 'bad') throw new Error('bad');
      if (isLast) entries.put(tally, { caseId, names: [name] });
    },
  };
  const { names, applied, failed } = await foldedOver(namedOf('a', 'b', 'bad'), {}, lastOnly);
  expect([names, applied, failed?.event.position]).toEqual([['b'], { CaseOpened: 2 }, 20n]);
});

/** Cannot prepare the names given. */
const failingFor = (...unpreparable: string[]): CacheReadModel => ({
  ...model,
  async prepare(events) {
    const bad = events.find((event) => unpreparable.includes(dataOf(event).name));
    if (bad) throw new Error(`no ${dataOf(bad).name}`);
    return new Map(events.map(({ id }) => [id, true]));
  },
});
const culprit = async (of: CacheReadModel, events: readonly RecordedEvent[]) => {
  const error = await foldedOver(events, {}, of).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  return unpreparableEvent(error)?.position;
};

test('an error of preparation tells the first event it is for', async () => {
  expect(await culprit(failingFor('b', 'c'), namedOf('a', 'b', 'c'))).toBe(10n);
  expect(await culprit(failingFor('a'), namedOf('a'))).toBe(0n);
});

test('where nothing can be prepared, no event is to blame', async () => {
  expect(await culprit(failingFor('a', 'b'), namedOf('a', 'b'))).toBeUndefined();
});
