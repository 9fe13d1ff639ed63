import { expect, test } from 'vitest';
import type { CacheReadModel } from '../read-model.ts';
import { cutByWeight, mostPreparedBytes, preparableAtOnce } from './batch-weight.ts';
import { createFillControl } from './rebuild/control.ts';
import { fillGenerations } from './rebuild/fill.ts';
import { createMemoryLog } from './rebuild/memory-log.ts';
import { createFollowerFixture, eventAt } from './testing/follower-fixture.ts';

const half = mostPreparedBytes / 2;
const events = Array.from({ length: 5 }, (_, position) => eventAt(position));
const { model } = await createFollowerFixture();
const weighing = (weights: readonly number[], of = model): CacheReadModel => ({
  ...of,
  weigh: ({ position }) => weights[Number(position) % weights.length] ?? 0,
});
const sizes = (of: CacheReadModel) => cutByWeight(of, events).map((part) => part.length);

test('a batch holds as much as may be prepared at once, and at least one event', () => {
  expect(sizes(model)).toEqual([5]);
  expect(sizes(weighing([0]))).toEqual([5]);
  expect(sizes(weighing([half]))).toEqual([2, 2, 1]);
  expect(sizes(weighing([half + 1]))).toEqual([1, 1, 1, 1, 1]);
  expect(sizes(weighing([0, 0, 9 * half, 0, 0]))).toEqual([2, 1, 2]);
  expect(cutByWeight(weighing([half]), events).flat()).toEqual(events);
  expect(cutByWeight(weighing([half]), [])).toEqual([]);
});

test('an event that cannot be weighed weighs nothing: the fold says what is wrong with it', () => {
  const failing: CacheReadModel = {
    ...model,
    weigh() {
      throw new Error('no text');
    },
  };
  expect(preparableAtOnce(failing, events)).toBe(5);
  expect(preparableAtOnce(weighing([Number.NaN]), events)).toBe(5);
});

/** Weighs half of what may be prepared at once, and writes down what is. */
function preparing(model: CacheReadModel) {
  const prepared: string[][] = [];
  const of: CacheReadModel = {
    ...weighing([half], model),
    async prepare(some) {
      prepared.push(some.map(({ position }) => String(position)));
      return new Map();
    },
  };
  return { of, prepared };
}
const inPairs = [
  ['0', '1'],
  ['2', '3'],
  ['4', '5'],
  ['6', '7'],
  ['8', '9'],
  ['10', '11'],
];
const wanted = { a: '0 3 6 9', b: '1 4 7 10', c: '2 5 8 11' };

test('live, no more is prepared at once', async () => {
  const { model, start, seen, stop, store } = await createFollowerFixture();
  const { of, prepared } = preparing(model);
  await start(1n, { model: of }).reached(11n);
  await stop();
  expect(prepared).toEqual(inPairs);
  expect(seen()).toEqual(wanted);
  expect((await store.checkpoint(1, 0)).applied).toEqual({ CaseOpened: 12 });
});

test('of a parked stream that is tried again, no more is prepared at once', async () => {
  const { model, start, seen, stop, poison } = await createFollowerFixture();
  const { of, prepared } = preparing(model);
  poison.add('1');
  const follower = start(1n, { model: of });
  await follower.reached(11n);
  poison.clear();
  prepared.length = 0;
  follower.retry('b');
  await expect.poll(() => follower.status().parked).toBe(0);
  await stop();
  expect(prepared).toEqual([
    ['1', '4'],
    ['7', '10'],
  ]);
  expect(seen()).toEqual(wanted);
});

test('in bulk, no more is prepared at once', async () => {
  const { model, log, seen, store, parking } = await createFollowerFixture();
  const { of, prepared } = preparing(model);
  const { scan } = createMemoryLog(log);
  const place = { model: of, store, parking, generation: 1, partitions: 1, fences: new Map([[0, 1n]]) };
  const target = { ...place, skipped: () => new Set<string>(), control: createFillControl() };
  const { signal } = new AbortController();
  const outcomes = await fillGenerations({ scan, targets: [target], signal });
  expect([...outcomes.values()]).toEqual([{ status: 'filled', upTo: 11n }]);
  expect(prepared).toEqual(inPairs);
  expect(seen()).toEqual(wanted);
});
