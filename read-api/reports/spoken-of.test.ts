import { expect, test } from 'vitest';
import { isSpokenOf } from './spoken-of.ts';

test.each([
  ['Premier Nutrition', 'who pays premier?', true],
  ['Premier Nutrition', 'who pays whom?', false],
  ['Bank of Rome', 'who is of age?', false],
  ['IBM', 'does ibm, the seller, pay?', true],
  ['IBM', 'ibm', true],
  ['EDF', 'what edfas are', false],
  ['J. Li', 'who is j. li', true],
  ['J. Li', 'who is j.\nli', false],
  ['A & B', 'does a & b owe anything', true],
  ['A & B', 'is a better than b', false],
  ['王小明', '王小明是谁', true],
  ['王小明', '王大明是谁', false],
  ['—', 'what — and why', false],
])('%j in %j: %j', (name, spoken, expected) => {
  expect(isSpokenOf(name, spoken)).toBe(expected);
});
