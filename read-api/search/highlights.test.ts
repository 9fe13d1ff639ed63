import { expect, test } from 'vitest';
import { markEnd, markStart, spansOf } from './highlights.ts';

const mark = (text: string) => text.replaceAll('[', markStart).replaceAll(']', markEnd);

test('offsets are those of the text without marks, in UTF-16', () => {
  const text = '🦊 foxes and a fox';
  const spans = spansOf(mark('🦊 [foxes] and a [fox]'), text);
  expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['foxes', 'fox']);
});

test('nothing is highlighted rather than the wrong thing', () => {
  expect(spansOf(mark('an [other] text'), 'another text')).toEqual([]);
  expect(spansOf('as it is', 'as it is')).toEqual([]);
});
