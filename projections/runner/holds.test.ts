import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { type Bus, NoResponderError, RemoteError } from '#platform/ports';
import { positionsOfUnits, serveHolds, whileHeld } from './holds.ts';
import { leaseSeconds } from './leases.ts';

/** A partition that stands at a position, and whether it is held. */
function partition(bus: Bus, unit: string, start: bigint) {
  const state = { position: start, holds: 0, told: [] as number[] };
  const holdable = {
    position: () => state.position,
    async hold() {
      state.holds++;
      return {
        position: () => state.position,
        async advanceTo(to: bigint) {
          if (state.position > to) throw new Error('passed');
          state.position = to;
        },
        letGo: () => void state.holds--,
      };
    },
  };
  const serving = serveHolds(bus, unit, holdable, (live) => {
    state.told.push(live);
  });
  return { state, serving };
}

let bus: Bus;
beforeEach(() => {
  bus = createMemoryBus({ onError: () => {} });
});
afterEach(() => {
  vi.useRealTimers();
});

test('all stand still at the highest position of any, and go on when the work is done', async () => {
  const one = partition(bus, 'a', 5n);
  const other = partition(bus, 'b', 9n);
  const result = await whileHeld(bus, ['a', 'b'], async (position) => {
    expect([one.state, other.state]).toMatchObject([
      { position: 9n, holds: 1 },
      { position: 9n, holds: 1 },
    ]);
    return { position };
  });
  expect(result).toEqual({ position: 9n });
  expect([one.state.holds, other.state.holds]).toEqual([0, 0]);
});

test('whoever was held is told which generation is live now, and nothing where none is', async () => {
  const { state } = partition(bus, 'a', 5n);
  await whileHeld(bus, ['a'], async () => ({}));
  expect(state.told).toEqual([]);
  await whileHeld(bus, ['a'], async () => ({ live: 3 }));
  expect(state.told).toEqual([3]);
});

test('all go on when the work fails, and are told of no live generation', async () => {
  const { state } = partition(bus, 'a', 5n);
  const work = whileHeld(bus, ['a'], async () => {
    throw new Error('The disk is full.');
  });
  await expect(work).rejects.toThrow('The disk is full.');
  expect(state).toMatchObject({ holds: 0, told: [] });
});

test('nothing is done where nobody runs one of them, and the others go on', async () => {
  const { state } = partition(bus, 'a', 5n);
  const work = vi.fn(async () => ({}));
  await expect(whileHeld(bus, ['a', 'b'], work)).rejects.toThrow(NoResponderError);
  expect(work).not.toHaveBeenCalled();
  expect(state.holds).toBe(0);
  await expect(positionsOfUnits(bus, ['a', 'b'])).rejects.toThrow(NoResponderError);
});

test('the work counts for nothing when one of them was taken over meanwhile', async () => {
  const { serving } = partition(bus, 'a', 5n);
  const work = whileHeld(bus, ['a'], async () => {
    await (await serving)();
    partition(bus, 'a', 6n);
    return {};
  });
  await expect(work).rejects.toThrow(RemoteError);
});

test('a partition goes on by itself when nobody is heard of any more, and not while it is held', async () => {
  vi.useFakeTimers();
  const { state } = partition(bus, 'a', 5n);
  const ask = (message: object) => bus.request('projection.hold.a', message, { timeoutMs: 1000 });
  await whileHeld(bus, ['a'], async () => {
    await vi.advanceTimersByTimeAsync(10 * leaseSeconds * 1000);
    expect(state.holds).toBe(1);
    return {};
  });
  expect(await ask({ action: 'hold', id: 'of one that dies' })).toEqual({ position: '5' });
  await vi.advanceTimersByTimeAsync(leaseSeconds * 1000 - 1);
  expect(state.holds).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(state.holds).toBe(0);
  await expect(ask({ action: 'renew', id: 'of one that dies' })).rejects.toThrow('expired');
});

test('positions are told in the order of the names', async () => {
  partition(bus, 'a', 5n);
  partition(bus, 'b', 9n);
  expect(await positionsOfUnits(bus, ['b', 'a', 'b'])).toEqual([9n, 5n, 9n]);
});
