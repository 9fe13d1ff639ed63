import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { createLogger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { positionsOfUnits } from './holds.ts';
import type { Generation } from './read-model-store.ts';
import { createFollowerFixture, type FollowerFixture } from './testing/follower-fixture.ts';
import { createInMemoryLeases } from './testing/in-memory-leases.ts';
import { createUnits, type Units } from './units.ts';

let bus: Bus;
let leases: ReturnType<typeof createInMemoryLeases>;
let workers: Units[];
beforeEach(() => {
  bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  leases = createInMemoryLeases();
  workers = [];
});
afterEach(() => Promise.all(workers.map((units) => units.stop())));

function workerOf(name: string, { model, store, parking, feed, log }: FollowerFixture, isNext = () => true) {
  const units = createUnits({
    model,
    kept: { of: () => ({ model, store }), ofGeneration: () => ({ model, store }) },
    parking,
    leases: leases.of(name),
    feed,
    bus,
    isNext,
    skipped: () => new Set(),
    async *readStream(stream) {
      yield* log.filter((event) => event.stream === stream);
    },
    onLive: () => {},
    onAdvance: () => {},
    log: createLogger('units-test', 'silent'),
  });
  workers.push(units);
  return units;
}
const partitionsOf = (units: Units) => units.running().map(({ partition }) => partition);

async function fixtureOf(
  partitions = 1,
): Promise<{ fixture: FollowerFixture; generations: readonly Generation[] }> {
  const fixture = await createFollowerFixture(partitions);
  return { fixture, generations: await fixture.store.generations() };
}

test('what one worker has, no other takes, until it lets go', async () => {
  const { fixture, generations } = await fixtureOf();
  const [one, two] = [workerOf('one', fixture), workerOf('two', fixture)];
  await one.reconcile(generations);
  await two.reconcile(generations);
  expect([partitionsOf(one), partitionsOf(two)]).toEqual([[0], []]);
  await one.running()[0]?.follower.reached(11n);
  expect(await positionsOfUnits(bus, ['seen-events:g1:p0'])).toEqual([11n]);
  await one.stop();
  await two.reconcile(generations);
  expect([partitionsOf(one), partitionsOf(two)]).toEqual([[], [0]]);
  await two.running()[0]?.follower.reached(11n);
  expect(fixture.seen()).toEqual({ a: '0 3 6 9', b: '1 4 7 10', c: '2 5 8 11' });
});

test('the partitions of one generation are taken one at each turn, so that workers share them', async () => {
  const { fixture, generations } = await fixtureOf(3);
  const [one, two] = [workerOf('one', fixture), workerOf('two', fixture)];
  for (const units of [one, two, one, two]) await units.reconcile(generations);
  expect([partitionsOf(one), partitionsOf(two)]).toEqual([[0, 2], [1]]);
  await Promise.all([...one.running(), ...two.running()].map(({ follower }) => follower.reached(11n)));
  expect(fixture.seen()).toEqual({ a: '0 3 6 9', b: '1 4 7 10', c: '2 5 8 11' });
});

test('a generation that is not to be followed any more is let go of', async () => {
  const { fixture, generations } = await fixtureOf();
  const one = workerOf('one', fixture);
  await one.reconcile(generations);
  await one.reconcile([]);
  expect(partitionsOf(one)).toEqual([]);
  expect(leases.holderOf('seen-events:g1:p0')).toBeUndefined();
});

test('what is free is left to another worker for a moment only, if that one runs less', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { fixture, generations } = await fixtureOf();
  const busy = workerOf('busy', fixture, () => false);
  const seconds = async (passed: number) => {
    vi.advanceTimersByTime(passed * 1000);
    await busy.reconcile(generations);
    return partitionsOf(busy);
  };
  expect(await seconds(0)).toEqual([]);
  expect(await seconds(2)).toEqual([]);
  expect(await seconds(1)).toEqual([0]);
  // Given up, it is left to others anew.
  await busy.giveUp('seen-events:g1:p0');
  expect(await seconds(2)).toEqual([]);
  const idle = workerOf('idle', fixture);
  await idle.reconcile(generations);
  expect(await seconds(1)).toEqual([]);
  await idle.stop();
  expect(await seconds(2)).toEqual([]);
  expect(await seconds(1)).toEqual([0]);
});

test('what is not live is taken at once: a rebuild waits for it', async () => {
  const { fixture, generations } = await fixtureOf();
  const busy = workerOf('busy', fixture, () => false);
  await busy.reconcile(generations.map((each) => ({ ...each, state: 'ready' })));
  expect(partitionsOf(busy)).toEqual([0]);
});

test('a partition that nobody could hold is not run', async () => {
  const { fixture, generations } = await fixtureOf();
  const one = workerOf('one', fixture);
  await bus.close();
  await expect(one.reconcile(generations)).rejects.toThrow();
  expect(partitionsOf(one)).toEqual([]);
  expect(leases.holderOf('seen-events:g1:p0')).toBeUndefined();
});
