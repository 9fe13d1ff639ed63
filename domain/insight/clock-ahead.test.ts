import { expect, test } from 'vitest';
import type { BehaviourEntry } from '../behaviour/events.ts';
import { setBack } from './clock-ahead.ts';

const received = new Date('2026-01-01T10:00:00.000Z');
const at = (occurredAt: string): BehaviourEntry => ({ action: 'viewed', occurredAt });

test('a clock ahead is set back to when the batch was received, with what lies between', () => {
  expect(setBack([at('2040-05-05T12:00:00Z'), at('2040-05-05T12:03:00Z')], received)).toEqual([
    at('2026-01-01T09:57:00.000Z'),
    at('2026-01-01T10:00:00.000Z'),
  ]);
});

test('a clock that is right or behind is believed', () => {
  const entries = [at('2025-12-30T10:00:00Z'), at('2026-01-01T10:00:00Z')];
  expect(setBack(entries, received)).toBe(entries);
  expect(setBack([], received)).toEqual([]);
});
