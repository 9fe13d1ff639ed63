import { setImmediate as nextRound } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { createLogger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { createUnitShare } from './share-units.ts';

let bus: Bus;
let time: number;
beforeEach(() => {
  bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  time = 0;
});

/** A worker that runs some partitions; `held` cannot be given up. */
function workerOf(name: string, units: string[], { group = 'g', held = [] as string[] } = {}) {
  const share = createUnitShare({
    worker: name,
    group,
    bus,
    runs: () => units,
    free: () => units.filter((unit) => !held.includes(unit)),
    giveUp: (unit) => void units.splice(units.indexOf(unit), 1),
    log: createLogger('share-test', 'silent'),
    now: () => time,
  });
  return { share, units };
}
type Worker = ReturnType<typeof workerOf>;

/** A second passes: all tell, and hear of each other. */
async function second(...workers: readonly Worker[]) {
  time += 1000;
  for (const { share } of workers) share.tick();
  await nextRound();
}

test('one that is alone takes whatever is free, and gives nothing up', async () => {
  const one = workerOf('one', ['a', 'b', 'c']);
  for (let passed = 0; passed < 10; passed++) await second(one);
  expect(one.share.isNext()).toBe(true);
  expect(one.units).toEqual(['a', 'b', 'c']);
});

test('what is free is for those that run least', async () => {
  const workers = [workerOf('one', ['a', 'b']), workerOf('two', ['c']), workerOf('three', ['d'])];
  await second(...workers);
  await second(...workers);
  expect(workers.map(({ share }) => share.isNext())).toEqual([false, true, true]);
});

test('one that runs much more gives up one after the other, with time to take it over, until it is fair', async () => {
  const one = workerOf('one', ['a', 'b', 'c', 'd', 'e']);
  const two = workerOf('two', []);
  const left: number[] = [];
  for (let passed = 0; passed < 12; passed++) {
    await second(one, two);
    left.push(one.units.length);
    // Two takes whatever is free, at once.
    for (const unit of ['a', 'b', 'c', 'd', 'e'])
      if (!one.units.includes(unit) && !two.units.includes(unit)) two.units.push(unit);
  }
  expect(left).toEqual([5, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3]);
  expect(two.units).toEqual(['e', 'd']);
});

test('nothing is given up that is held', async () => {
  const one = workerOf('one', ['a', 'b', 'c'], { held: ['b', 'c'] });
  const two = workerOf('two', []);
  for (let passed = 0; passed < 5; passed++) await second(one, two);
  expect(one.units).toEqual(['b', 'c']);
});

test('one that had to take back what it gave up keeps the rest for a minute', async () => {
  const one = workerOf('one', ['a', 'b', 'c']);
  const two = workerOf('two', []);
  const upTo = async (seconds: number) => {
    while (time < seconds * 1000) await second(one, two);
  };
  await upTo(2);
  expect(one.units).toEqual(['a', 'b']);
  one.units.push('c');
  await upTo(62);
  expect(one.units).toEqual(['a', 'b', 'c']);
  await upTo(63);
  expect(one.units).toEqual(['a', 'b']);
});

test('workers that run other read models, have ended, or are silent do not count', async () => {
  const one = workerOf('one', ['a', 'b', 'c']);
  const other = workerOf('other', [], { group: 'other' });
  const ended = workerOf('ended', []);
  ended.share.tick();
  await nextRound();
  expect(one.share.isNext()).toBe(false);
  await ended.share.close();
  await nextRound();
  expect(one.share.isNext()).toBe(true);
  workerOf('silent', []).share.tick();
  await nextRound();
  expect(one.share.isNext()).toBe(false);
  time += 3500;
  expect(one.share.isNext()).toBe(true);
  for (let passed = 0; passed < 5; passed++) await second(one, other);
  expect(one.units).toEqual(['a', 'b', 'c']);
});
