import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findQuote } from './find-quote.ts';

const text = 'The Distributor\n  shall pay “all invoices” within thirty (30) days — no later.';
const at = (quote: string, within = text) => {
  const span = findQuote(within, quote);
  return span && within.slice(span.start, span.end);
};

test.each([
  ['as it stands', 'within thirty (30) days', 'within thirty (30) days'],
  ['white space may differ', 'Distributor shall pay', 'Distributor\n  shall pay'],
  ['and the form of marks', 'pay "all invoices" within', 'pay “all invoices” within'],
  ['and of dashes', 'days - no later.', 'days — no later.'],
  ['marks around it are the model’s', '“within thirty (30) days”', 'within thirty (30) days'],
])('%s', (_, quote, found) => expect(at(quote)).toBe(found));

describe('what the text does not say is not found', () => {
  test.each([
    ['other words', 'within sixty (60) days'],
    ['words left out', 'The Distributor shall within'],
    ['other letter case', 'the distributor shall pay'],
    ['too short to show anything', 'days'],
    ['nothing', ''],
    ['white space alone', '          '],
  ])('%s', (_, quote) => expect(at(quote)).toBeUndefined());
});

test('any part of any text is found, at a place that says the same', () => {
  const texts = fc.array(fc.constantFrom('a', 'B', ' ', '\n', '’', '“', '—', 'é', '🦊', '\u00a0', '.'), {
    minLength: 20,
    maxLength: 80,
  });
  const folded = (quote: string) => quote.trim().replace(/\s+/g, ' ').replaceAll('’', "'");
  fc.assert(
    fc.property(texts, fc.nat(10), fc.integer({ min: 10, max: 40 }), (characters, start, length) => {
      const whole = characters.join('');
      const quote = whole.slice(start, start + length);
      fc.pre(folded(quote.replace(/^["“”'’\s]+|["“”'’\s]+$/g, '')).length >= 8);
      const found = at(quote, whole);
      expect(found).toBeDefined();
      expect(found?.trim()).toBe(found);
      expect(folded(quote)).toContain(folded(found ?? ''));
    }),
  );
});
