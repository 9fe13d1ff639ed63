import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from './sentences.ts';

const sentencesOf = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe('sentences', () => {
  it('ends a sentence at its stop, not at an abbreviation, initial or number', () => {
    const text = 'Mr. A. B. Smith of Acme Inc. paid $1.50 to R. C. Boyd. He left. See No. 5 for more.';
    expect(sentencesOf(text)).toEqual([
      'Mr. A. B. Smith of Acme Inc. paid $1.50 to R. C. Boyd.',
      'He left.',
      'See No. 5 for more.',
    ]);
  });

  it('reads on over a wrapped line, and stops at headings, empty lines and page furniture', () => {
    const text =
      'INTRODUCTION\nThe report was\nprinted here.190 It is long.\n\n- 12 -\n1.2. The next paragraph begins.';
    expect(sentencesOf(text)).toEqual([
      'INTRODUCTION',
      'The report was\nprinted here.190',
      'It is long.',
      '1.2. The next paragraph begins.',
    ]);
  });

  it('leaves out contents entries and running headers', () => {
    const pages = Array.from(
      { length: 5 },
      (_, page) => `Annual Report of Acme ${page}\nPage text number ${page} is here.`,
    );
    const text = `Definitions . . . . . . . . 4\n${pages.join('\n')}`;
    expect(sentencesOf(text).join(' ')).not.toMatch(/Annual Report|Definitions/);
  });

  it('gives trimmed spans in order, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', '.', ' ', '\n', '1', '?', '"', '(', '\t') }),
        (text) => {
          let last = 0;
          for (const { start, end } of splitSentences(text)) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
            expect(end).toBeGreaterThan(start);
            last = end;
          }
        },
      ),
    );
  });
});
