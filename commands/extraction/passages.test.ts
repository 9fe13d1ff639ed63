import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeSections } from './blocks.ts';
import type { Section } from './extracted-document.ts';
import { cutPassages, defaultSizes } from './passages.ts';

const word = fc.stringMatching(/^[\p{L}\p{N}]{1,14}[.;:!?,]?$/u);
const inside = fc.constantFrom(' ', ' ', '\n', ' \t', '. ', '\n- ', '\u00a0');
const between = fc.constantFrom('\n\n', '\n \n\n');
/** Paragraphs of a few words to a few hundred. */
const separator = fc.oneof({ weight: 1, arbitrary: between }, { weight: 24, arbitrary: inside });
/** Prose of words and separators, with headings at the starts of some words. */
const document = fc
  .array(fc.tuple(word, separator, fc.integer({ min: 0, max: 120 })), { maxLength: 900 })
  .map((parts) => {
    let text = '';
    const headings: { title: string; level: number; start: number }[] = [];
    for (const [part, gap, dice] of parts) {
      if (dice < 3) headings.push({ title: `H${headings.length}`, level: dice + 1, start: text.length });
      text += part + gap;
    }
    return { text: text.normalize('NFC'), headings };
  });
const sizes = { min: 40, target: 120, max: 200 };

describe('cutPassages', () => {
  it('covers every visible character once, in order, trimmed, in bounds, between words', () => {
    fc.assert(
      fc.property(document, ({ text, headings }) => {
        const sections = closeSections(headings, text.length);
        const passages = cutPassages(text, sections, [], sizes);
        let end = 0;
        passages.forEach((passage, index) => {
          const body = text.slice(passage.start, passage.end);
          expect(passage.index).toBe(index);
          expect(body).toBe(body.trim());
          expect(body.length).toBeGreaterThan(0);
          expect(body.length).toBeLessThanOrEqual(sizes.max);
          expect(text.slice(end, passage.start).trim()).toBe('');
          const cutsWord = /\S\S/.test(text.slice(passage.start - 1, passage.start + 1));
          const longWord = /\S{200}/.test(text.slice(end - 200, passage.end));
          const atHeading = sections.some((section) => section.start === passage.start);
          expect(passage.start > 0 && cutsWord && !longWord && !atHeading).toBe(false);
          end = passage.end;
        });
        expect(text.slice(end).trim()).toBe('');
        expect(cutPassages(text, sections, [], sizes)).toEqual(passages);
      }),
      { numRuns: 300 },
    );
  });

  it('never exceeds the largest size, not even to keep a short paragraph or heading with the next', () => {
    const text = `Short heading\n\n${'word '.repeat(358).trim()}`;
    const sections = closeSections([{ title: 'Short heading', level: 1, start: 0 }], text.length);
    for (const its of [[], sections]) {
      const lengths = cutPassages(text, its, []).map(({ start, end }) => end - start);
      expect(lengths).toEqual([13, 1789]);
    }
  });

  it('cuts an endless word at a whole character', () => {
    const text = `a${'\u{1f600}'.repeat(1500)}`;
    const passages = cutPassages(text, [], []);
    expect(passages.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    for (const { start, end } of passages) expect(text.slice(start, end).isWellFormed()).toBe(true);
  });

  it('begins a passage with a heading, keeps it with what follows, and names the path of sections', () => {
    const paragraph = 'The supplier delivers the goods on the agreed day. '.repeat(10).trim();
    const text = `Part A\n\n${paragraph}\n\n1. Term\n\n1.1 Start\n\n${paragraph}`;
    const at = (title: string, level: number) => ({ title, level, start: text.indexOf(title) });
    const sections: Section[] = closeSections(
      [at('Part A', 1), at('1. Term', 2), at('1.1 Start', 3)],
      text.length,
    );
    const passages = cutPassages(text, sections, []);
    expect(passages.map((passage) => passage.section)).toEqual(['Part A', 'Part A › 1. Term']);
    expect(text.slice(passages[1]?.start)).toMatch(/^1\. Term\n\n1\.1 Start\n\nThe supplier/);
  });

  it('parts a long paragraph after sentences, not after abbreviations', () => {
    const sentence =
      'Under Sec. 4 Mr. Smith of Acme Inc. owes the amount stated in No. 7 of the schedule to the lessor. ';
    const text = sentence.repeat(60).trim();
    for (const { start, end } of cutPassages(text, [], []))
      expect(text.slice(start, end)).toMatch(/^Under.*lessor\.$/s);
  });

  it('says on which page a passage begins', () => {
    const text = `${'a'.repeat(1500)}\n\n${'b'.repeat(1500)}`;
    const pages = [
      { number: 1, start: 0, end: 0, ocr: false },
      { number: 2, start: 0, end: 1502, ocr: false },
      { number: 3, start: 1502, end: text.length, ocr: false },
    ];
    expect(cutPassages(text, [], pages).map((passage) => passage.page)).toEqual([2, 3]);
  });

  it('takes linear time: a text of white space and one of brackets', () => {
    expect(cutPassages('\n'.repeat(2_000_000), [], [])).toEqual([]);
    const passages = cutPassages('('.repeat(500_000), [], []);
    expect(passages.every(({ start, end }) => end - start <= defaultSizes.max)).toBe(true);
  });
});
