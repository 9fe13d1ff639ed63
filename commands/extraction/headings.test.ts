import { describe, expect, it } from 'vitest';
import { guessHeading } from './headings.ts';

describe('guessHeading', () => {
  it.each([
    ['ARTICLE IV', 1],
    ['Article 3. Term and Termination', 1],
    ['Section 3.2 Term', 2],
    ['2. DEFINITIONS', 2],
    ['2.1 Governing Law', 3],
    ['RECITALS', 1],
    ['A. Background Facts', 2],
  ])('takes %s for a heading of level %i', (text, level) => {
    expect(guessHeading(text)).toMatchObject({ level, title: text, runIn: false });
  });

  it('finds a title run into its clause', () => {
    expect(guessHeading('1.1 Governing Law. This agreement is governed by the laws of Texas.')).toEqual({
      title: '1.1 Governing Law',
      level: 3,
      runIn: true,
    });
  });

  it.each([
    'The supplier delivers the goods.',
    '2. the goods are delivered to the buyer within ten days of the order',
    '1999 was a good year for the company and its shareholders.',
    'IBM',
    '3.128. Mr Sami Sabet was born in Cairo, Egypt. He came to London as a student.',
    '1.6. In 2017, Horizon Online was replaced by HNG-A. This version too was made by Fujitsu.',
    'SIGNED: ______________',
    'PAY THE SUM OF ONE HUNDRED POUNDS,',
    '',
  ])('does not take %j for one', (text) => {
    expect(guessHeading(text)).toBeUndefined();
  });
});
