import { expect, test } from 'vitest';
import { parseQuery } from './query-text.ts';

test.each([
  ['plain words', 'plain words', []],
  ['the "quick fox" and "lazy dog"', 'the  quick fox  and  lazy dog', ['quick fox', 'lazy dog']],
  ['“curly marks”', 'curly marks', ['curly marks']],
  ['never "closed', 'never  closed', []],
  ['"" " "', '', []],
])('%j', (q, words, phrases) => {
  expect(parseQuery(q)).toEqual({ words, phrases });
});
