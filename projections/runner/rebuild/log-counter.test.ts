import { expect, test } from 'vitest';
import { createLogCounter } from './log-counter.ts';
import { tallyEvents } from './tally.ts';

const types = ['A', 'B', 'C'];
/** A, B and C in turn, at positions 0, 3, 6 … */
const events = tallyEvents(30);
const typeAt = (position: number) => events[position / 3]?.type ?? '';

/** A counter, and behind which positions it has read the log. */
function counterOf() {
  const reads: bigint[] = [];
  const counter = createLogCounter(
    {
      async *readAll({ after = -1n } = {}) {
        reads.push(after);
        yield* events.filter(({ position }) => position > after);
      },
    },
    types,
  );
  return { counter, reads };
}
const countUpTo = (upTo: bigint) =>
  Object.fromEntries(
    types.map((type) => [type, events.filter((each) => each.type === type && each.position <= upTo).length]),
  );
const none = new Set<string>();

test('counts the events of each type up to a position, those of which there are none too', async () => {
  const { counter } = counterOf();
  expect((await counter.count(2n, none)).events).toEqual({ A: 1, B: 0, C: 0 });
  expect((await counter.count(44n, none)).events).toEqual(countUpTo(44n));
});

test('goes on where the last count ended, and reads nothing twice', async () => {
  const { counter, reads } = counterOf();
  await counter.count(30n, none);
  expect((await counter.count(60n, none)).events).toEqual(countUpTo(60n));
  expect((await counter.count(60n, none)).events).toEqual(countUpTo(60n));
  expect(reads).toEqual([-1n, 30n]);
});

test('counts from the beginning what lies before, one after the other', async () => {
  const { counter, reads } = counterOf();
  const [late, early] = await Promise.all([counter.count(60n, none), counter.count(30n, none)]);
  expect([late.events, early.events]).toEqual([countUpTo(60n), countUpTo(30n)]);
  expect(reads).toEqual([-1n, -1n]);
});

test('tells the types at some positions, also of one that is asked for later and lies before', async () => {
  const { counter, reads } = counterOf();
  const first = await counter.count(30n, new Set(['9']));
  expect([...first.typeAt]).toEqual([['9', typeAt(9)]]);
  const both = await counter.count(60n, new Set(['9', '45']));
  expect(both.typeAt).toEqual(
    new Map([
      ['9', typeAt(9)],
      ['45', typeAt(45)],
    ]),
  );
  expect(reads).toEqual([-1n, -1n]);
  const more = await counter.count(87n, new Set(['45']));
  expect(more.typeAt.get('45')).toBe(typeAt(45));
  expect(more.events).toEqual(countUpTo(87n));
  expect(reads).toEqual([-1n, -1n, 60n]);
});

test('a count that failed does not spoil the next', async () => {
  let fails = true;
  const counter = createLogCounter(
    {
      async *readAll() {
        yield* events.slice(0, 5);
        if (fails) throw new Error('The log is away.');
        yield* events.slice(5);
      },
    },
    types,
  );
  await expect(counter.count(60n, none)).rejects.toThrow('The log is away.');
  fails = false;
  expect((await counter.count(60n, none)).events).toEqual(countUpTo(60n));
});
