import { expect, test } from 'vitest';
import { bigintPlace, isoPlace, timestampPlace } from './cursor-values.ts';

test.each(['2026-11-22 12:10:13+00', '2026-11-22 12:10:13.123+05:30', '2024-02-29 23:59:59.123456-12'])(
  '%s is a time Postgres wrote',
  (text) => expect(timestampPlace.safeParse(text).success).toBe(true),
);

test.each([
  '2026-99-99 12:10:13+00',
  '2026-02-29 12:10:13+00',
  '2026-11-22 25:10:13+00',
  '2026-11-22 12:10:13+99',
  '2026-11-22 12:10:13.1234567+00',
  '0000-01-01 00:00:00+00',
  '2026-11-22T12:10:13Z',
  'infinity',
  '',
])('%j is none', (text) => expect(timestampPlace.safeParse(text).success).toBe(false));

test('places of cases and counts are what Postgres takes', () => {
  const taken = (text: string) => isoPlace.safeParse(text).success;
  expect(taken(new Date().toISOString())).toBe(true);
  expect(
    ['0000-01-01T00:00:00.000Z', '2026-13-01T00:00:00.000Z', `2026-11-22T00:00:00.${'0'.repeat(200)}Z`].some(
      taken,
    ),
  ).toBe(false);
  expect(['1', '9'.repeat(18)].every((text) => bigintPlace.safeParse(text).success)).toBe(true);
  expect(['-1', '9'.repeat(19), '1e3', ''].some((text) => bigintPlace.safeParse(text).success)).toBe(false);
});
