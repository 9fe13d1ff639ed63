import { expect, test } from 'vitest';
import { entityTag, noneMatch, rangeStillApplies } from './entity-tag.ts';

const tag = entityTag('ab');

test('If-None-Match names tags, weak ones too, or all', () => {
  expect([tag, '"x", "ab"', 'W/"ab"', '*'].map((header) => noneMatch(header, tag))).toEqual(
    Array(4).fill(true),
  );
  expect([undefined, '"x"', 'ab'].map((header) => noneMatch(header, tag))).toEqual(Array(3).fill(false));
});

test('If-Range takes the very tag, and no weak one', () => {
  expect([undefined, tag].map((header) => rangeStillApplies(header, tag))).toEqual([true, true]);
  expect(
    ['W/"ab"', '"x"', 'Mon, 01 Jan 2024 00:00:00 GMT'].some((header) => rangeStillApplies(header, tag)),
  ).toBe(false);
});
