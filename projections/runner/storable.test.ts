import { expect, test } from 'vitest';
import { storable } from './storable.ts';

test('replaces what Postgres refuses, however deep, and leaves the rest', () => {
  const created = new Date(0);
  const event = { position: 7n, created, data: { 'a\0': ['x', { y: 'b\ud800' }], n: 1, none: null } };
  expect(storable(event)).toEqual({
    position: 7n,
    created,
    data: { 'a\ufffd': ['x', { y: 'b\ufffd' }], n: 1, none: null },
  });
});

test('hands back the very value where there is nothing to replace', () => {
  const event = { data: { a: ['x', { y: '𝄞' }], at: new Date(0) } };
  expect(storable(event)).toBe(event);
});
