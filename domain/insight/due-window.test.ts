import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BehaviourEntry } from '../behaviour/events.ts';
import { dueWindow } from './due-window.ts';

const start = Date.parse('2026-01-01T10:00:00.000Z');
const at = (minutes: number, action: BehaviourEntry['action'] = 'viewed'): BehaviourEntry => ({
  action,
  caseId: 'c',
  documentId: 'd',
  occurredAt: new Date(start + minutes * 60_000).toISOString(),
});
const some = (count: number, from = 0) => Array.from({ length: count }, (_, index) => at(from + index / 2));

test('a little can wait', () => {
  expect(dueWindow(some(11), undefined)).toBeUndefined();
});

test('enough in one sitting is looked at, the oldest first', () => {
  expect(dueWindow(some(12).toReversed(), undefined)).toEqual(some(12));
});

test('what was looked at already is looked at again only with enough that is new', () => {
  const entries = some(23);
  expect(dueWindow(entries, entries[11]?.occurredAt)).toBeUndefined();
  expect(dueWindow(some(24), entries[11]?.occurredAt)).toHaveLength(24);
});

test('however much is done, nobody is looked at all the time', () => {
  const burst = Array.from({ length: 50 }, (_, index) => at(index / 100));
  expect(dueWindow([at(0), ...burst], at(0).occurredAt)).toBeUndefined();
});

test('a sitting that has ended is looked at once the next begins, and once only', () => {
  const ended = some(5);
  expect(dueWindow([...ended, at(40)], undefined)).toEqual(ended);
  expect(dueWindow([...ended, at(40)], ended.at(-1)?.occurredAt)).toBeUndefined();
  expect(dueWindow([...some(3), at(40)], undefined)).toBeUndefined();
});

test('being refused, or another’s export, says nothing of how somebody gets on', () => {
  expect(
    dueWindow(
      Array.from({ length: 30 }, (_, index) => at(index, 'refused')),
      undefined,
    ),
  ).toBeUndefined();
});

test('a long day is looked at a bounded number of times, each time at something new', () => {
  const days = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(days, (gaps) => {
      let minutes = 0;
      const entries: BehaviourEntry[] = [];
      let since: string | undefined;
      let looks = 0;
      for (const gap of gaps) {
        minutes += gap;
        entries.push(at(minutes));
        const window = dueWindow(entries, since);
        if (!window) continue;
        looks++;
        const to = window.at(-1)?.occurredAt ?? '';
        expect(since === undefined || Date.parse(to) > Date.parse(since)).toBe(true);
        since = to;
      }
      expect(looks).toBeLessThanOrEqual(entries.length / 4);
    }),
  );
});
