import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
import type { CacheReadModel } from '../../read-model.ts';
import type { ReadModelStore } from '../read-model-store.ts';
import { createInMemoryParking, createInMemoryStore } from '../testing/in-memory-store.ts';
import { compareGenerations } from './compare.ts';
import { digestGeneration } from './content-digest.ts';
import { createFillControl } from './control.ts';
import { compareKeys } from './entry-cursor.ts';
import { fillGenerations } from './fill.ts';
import { createMemoryLog } from './memory-log.ts';
import { tallyEvents, tallyModel } from './tally.ts';

const { signal } = new AbortController();
const model = tallyModel('tally', ['A', 'B', 'C']);
const events = tallyEvents(12_000, 5000);

/** A generation of a store, filled with events. */
async function filled(
  store: ReadModelStore,
  from: readonly RecordedEvent[],
  readModel: CacheReadModel = model,
) {
  const { generation } = await store.create({ version: 1, state: 'building', partitions: 1 });
  await fillInto(store, generation, from, readModel);
  return { generation, partitions: 1 };
}

const fillInto = (
  store: ReadModelStore,
  generation: number,
  from: readonly RecordedEvent[],
  readModel: CacheReadModel = model,
) =>
  fillGenerations({
    scan: createMemoryLog(from).scan,
    signal,
    targets: [
      {
        model: readModel,
        store,
        parking: createInMemoryParking(),
        generation,
        partitions: 1,
        fences: new Map([[0, 1n]]),
        skipped: () => new Set(),
        control: createFillControl(),
      },
    ],
  });

const atRest = async <Result>(work: (position: bigint) => Promise<Result>) => work(35_997n);

test('equal generations are equal, and so are their digests; a third with one event less is told from them', async () => {
  const store = createInMemoryStore(model);
  const before = await filled(store, events);
  const after = await filled(store, events);
  const comparison = await compareGenerations({ model, store, before, after, freeze: atRest, signal });
  const { digest, entries } = await digestGeneration(model, store, after.generation, signal);
  expect(comparison).toEqual({
    position: 35_997n,
    entriesCompared: 5000,
    equal: true,
    digests: { before: digest, after: digest },
    differing: 0,
    differences: [],
  });
  expect(entries).toEqual({ 'tally:': 5000 });
  const other = await filled(store, events.slice(1));
  expect((await digestGeneration(model, store, other.generation, signal)).digest).not.toBe(digest);
});

test('what differs is told with its kind and its content, in the order of the keys', async () => {
  const store = createInMemoryStore(model);
  const before = await filled(
    store,
    events.filter(({ stream }) => stream !== 'stream-31'),
  );
  const after = await filled(
    store,
    events.filter(({ stream, position }) => stream !== 'stream-4999' && position > 0n),
  );
  const result = await compareGenerations({ model, store, before, after, freeze: atRest, signal });
  expect(result).toMatchObject({ equal: false, differing: 3, entriesCompared: 5000 });
  expect(result.differences.map(({ key: [key], kind }) => [key, kind])).toEqual([
    ['stream-0', 'different'],
    ['stream-31', 'only-in-new'],
    ['stream-4999', 'only-in-old'],
  ]);
  expect(result.differences[0]?.before).toBe('{"count":3,"lastPosition":"30000","stream":"stream-0"}');
  expect(result.differences[0]?.after).toBe('{"count":2,"lastPosition":"30000","stream":"stream-0"}');
  expect(result.differences[1]).not.toHaveProperty('before');
  expect(result.digests.before).not.toBe(result.digests.after);
});

test('a generation that was behind when it was read, and came after, does not differ', async () => {
  const store = createInMemoryStore(model);
  const before = await filled(store, events);
  const after = await filled(store, events.slice(0, 11_000));
  const freeze = async <Result>(work: (position: bigint) => Promise<Result>) => {
    await fillInto(store, after.generation, events);
    return work(35_997n);
  };
  const result = await compareGenerations({ model, store, before, after, freeze, signal });
  expect(result).toMatchObject({ equal: true, differing: 0 });
});

test('one that moves while it is read has no digest', async () => {
  const store = createInMemoryStore(model);
  const before = await filled(store, events.slice(0, 11_000));
  const after = await filled(store, events);
  let pages = 0;
  const moving: ReadModelStore = {
    ...store,
    async page(...page) {
      if (++pages === 2) await fillInto(store, before.generation, events);
      return store.page(...page);
    },
  };
  const result = await compareGenerations({ model, store: moving, before, after, freeze: atRest, signal });
  expect(result.equal).toBe(true);
  expect(result.digests.before).toBeUndefined();
  expect(result.digests.after).toBeDefined();
});

test('very many differences are counted, and the first of them told', async () => {
  const many = tallyEvents(8000, 8000);
  const store = createInMemoryStore(model);
  const before = await filled(store, []);
  const after = await filled(store, many);
  const result = await compareGenerations({ model, store, before, after, freeze: atRest, signal });
  expect(result).toMatchObject({ equal: false, differing: 8000, entriesCompared: 8000 });
  expect(result.differences).toHaveLength(20);
});

test('keys are in the order of their parts, numbers as numbers', () => {
  expect(compareKeys([9n], [10n])).toBeLessThan(0);
  expect(compareKeys(['a', 'b'], ['a-', 'a'])).toBeLessThan(0);
  expect(compareKeys(['a', 'b'], ['a', 'b'])).toBe(0);
});
