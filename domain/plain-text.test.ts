import { expect, test } from 'vitest';
import { cleanText, foundText, isStorable, plainLines, plainText } from './plain-text.ts';

const lone = ['\ud800', 'a\udc00b', '\udc00\ud800'];

test.each([...lone, 'a\0b', 'a\u0007b', 'a\nb', 'a\u009bb'])('%j is no plain text', (text) => {
  expect(plainText.safeParse(text).success).toBe(false);
});

test('a person may write anything else, over several lines where that makes sense', () => {
  expect(plainText.parse('  Größe 𝄞 👩‍👩‍👧 مرحبا\n')).toBe('Größe 𝄞 👩‍👩‍👧 مرحبا');
  expect(plainLines.parse('one\n\ttwo')).toBe('one\n\ttwo');
  for (const text of [...lone, 'a\0b', 'a\u001bb']) expect(plainLines.safeParse(text).success).toBe(false);
});

test('a machine text is cleaned in place, and what is fine stays as it is', () => {
  expect(cleanText('a\0b\ud800c\u0007𝄞')).toBe('a\ufffdb\ufffdc\u0007𝄞');
  expect(foundText.max(3).parse('a\0b')).toBe('a\ufffdb');
  for (const text of [...lone, '\0']) {
    expect(isStorable(text)).toBe(false);
    expect(isStorable(cleanText(text))).toBe(true);
  }
  expect(isStorable('𝄞\u0007')).toBe(true);
});
