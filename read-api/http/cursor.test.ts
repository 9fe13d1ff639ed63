import { expect, test } from 'vitest';
import { z } from 'zod';
import { Problem } from '#platform/http/problem';
import { decodeCursor, encodeCursor } from './cursor.ts';

const place = z.tuple([z.string(), z.string()]);

test('a cursor comes back as the place it was made of', () => {
  const cursor = encodeCursor(['Ünï "x"', '7']);
  expect(cursor).toMatch(/^[\w-]+$/);
  expect(decodeCursor(cursor, place)).toEqual(['Ünï "x"', '7']);
  expect(decodeCursor(undefined, place)).toBeUndefined();
});

test.each([
  '',
  'x',
  encodeCursor(['one']),
  encodeCursor(['1', '2', '3']),
  encodeCursor(['a\0', 'b']),
  encodeCursor(['a', '\ud800']),
  '%%%',
  'a\0',
])('%j is refused', (cursor) => {
  expect(() => decodeCursor(cursor, place)).toThrow(Problem);
});
