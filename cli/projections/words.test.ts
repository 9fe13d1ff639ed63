import { expect, test } from 'vitest';
import { duration, left, oneLine, percent, perSecond } from './words.ts';

test.each([
  [0, '0 s'],
  [0.0004, '1 ms'],
  [0.25, '250 ms'],
  [4.2, '4.2 s'],
  [59.6, '1 min'],
  [130, '2 min 10 s'],
  [3600, '1 h'],
  [7259, '2 h'],
  [7320, '2 h 2 min'],
  [190_000, '2 d 4 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test('a remaining time is rounded up, and not made up', () => {
  expect(left(129.2)).toBe('2 min 10 s left');
  expect(left(undefined)).toBe('…');
});

test('a share is 100 % only when it is all', () => {
  expect([percent(0), percent(0.42), percent(0.99999), percent(1)]).toEqual([
    '0.0 %',
    '42.0 %',
    '99.9 %',
    '100 %',
  ]);
});

test('rates are exact where they are small', () => {
  expect([perSecond(0), perSecond(3.14), perSecond(52_310.4)]).toEqual(['0.0/s', '3.1/s', '52,310/s']);
});

test('what came from elsewhere cannot steer the terminal', () => {
  expect(oneLine('a\n\x1b[2Jb\tc')).toBe('a [2Jb c');
  expect(oneLine('abcdef', 4)).toBe('abc…');
});
