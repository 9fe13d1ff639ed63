import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readableSoFar } from './streamed-text.ts';

test.each([
  ['', ''],
  ['{"found": true, "sentences": [{"te', ''],
  ['{"found": true, "sentences": [{"text": "The lease ends', 'The lease ends'],
  ['{"sentences": [{"text": "It ends.", "citations": [{"passage": 1, "quote": "ends on', 'It ends.'],
  ['{"sentences": [{"text":"One."},{"text":"Two', 'One. Two'],
  ['{"sentences": [{"text":"Rent of \\u00a31', 'Rent of £1'],
  ['{"sentences": [{"text":"Rent of \\u00', 'Rent of'],
  ['{"sentences": [{"text":"He said \\"yes\\', 'He said "yes'],
  [String.raw`{"sentences": [{"text":"It is in C:\\`, 'It is in C:\\'],
  [String.raw`{"sentences": [{"text":"It is in C:\\u00`, String.raw`It is in C:\u00`],
])('%s', (written, text) => expect(readableSoFar(written)).toBe(text));

/** What an escape is made of is as likely as anything else. */
const words = fc.string({
  unit: fc.oneof(fc.constantFrom('\\', 'u', '0', '"', '\n'), fc.string({ unit: 'grapheme' })),
});

test('no beginning of an answer is more than the answer, or fails', () => {
  fc.assert(
    fc.property(fc.array(words), fc.nat(500), (sentences, length) => {
      const whole = JSON.stringify({ sentences: sentences.map((text) => ({ text })) });
      const all = readableSoFar(whole);
      expect(all).toBe(sentences.join(' ').trim());
      expect(readableSoFar(whole.slice(0, length)).length).toBeLessThanOrEqual(all.length + sentences.length);
    }),
  );
});
