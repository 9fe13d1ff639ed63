import { expect, test } from 'vitest';
import { endOfQuietHours, isTimeZone } from './quiet-hours.ts';

const night = (timeZone: string) => ({ from: '22:00', to: '07:00', timeZone });

test.each([
  ['in the evening', '2026-01-10T22:30:10.000Z', 'UTC', '2026-01-11T07:00:00.000Z'],
  ['in the morning', '2026-01-11T06:59:59.000Z', 'UTC', '2026-01-11T07:00:00.000Z'],
  ['at the very beginning', '2026-01-10T22:00:00.000Z', 'UTC', '2026-01-11T07:00:00.000Z'],
  ['in India, at half an hour', '2026-01-10T17:00:00.000Z', 'Asia/Kolkata', '2026-01-11T01:30:00.000Z'],
  [
    'while Berlin puts its clocks forward',
    '2026-03-28T22:00:00.000Z',
    'Europe/Berlin',
    '2026-03-29T05:00:00.000Z',
  ],
  ['while Berlin puts them back', '2026-10-24T21:00:00.000Z', 'Europe/Berlin', '2026-10-25T06:00:00.000Z'],
])('it is quiet %s', (_, at, timeZone, end) => {
  expect(endOfQuietHours(night(timeZone), at)).toBe(end);
});

test.each([
  ['2026-01-11T07:00:00.000Z', 'UTC'],
  ['2026-01-11T12:00:00.000Z', 'UTC'],
  ['2026-01-10T22:30:00.000Z', 'America/New_York'],
])('at %s in %s it is not', (at, timeZone) => {
  expect(endOfQuietHours(night(timeZone), at)).toBeUndefined();
});

test('hours within a day, none, and no length at all', () => {
  const noon = { from: '12:00', to: '13:30', timeZone: 'UTC' };
  expect(endOfQuietHours(noon, '2026-01-11T12:10:00.000Z')).toBe('2026-01-11T13:30:00.000Z');
  expect(endOfQuietHours(noon, '2026-01-11T13:30:00.000Z')).toBeUndefined();
  expect(endOfQuietHours(undefined, '2026-01-11T12:10:00.000Z')).toBeUndefined();
  const never = { from: '12:00', to: '12:00', timeZone: 'UTC' };
  expect(endOfQuietHours(never, '2026-01-11T12:00:00.000Z')).toBeUndefined();
});

test('a time zone is one that there is', () => {
  expect(['Europe/Berlin', 'UTC', 'Mars/Olympus'].map(isTimeZone)).toEqual([true, true, false]);
});
