import { describe, expect, test } from 'vitest';
import { blocksOf, readAnswer } from './answer-question.ts';
import { ModelOutputError } from './model-output-error.ts';

const passages = [
  { title: 'Lease.pdf', section: '4. Term', text: 'This lease ends on 31 May 2021. Rent is due monthly.' },
  { title: 'Letter.txt', text: 'We give notice today.' },
];
const request = { question: 'When does the lease end?', passages };
const sentence = (text: string, ...citations: { passage: number; quote: string }[]) => ({ text, citations });
const ends = { passage: 1, quote: 'ends on 31 May 2021' };
const invented = { passage: 2, quote: 'ends on 30 June 2022' };

describe('an answer of a model', () => {
  test('cites places of the passages', () => {
    const said = readAnswer({ found: true, sentences: [sentence('It ends in May 2021.', ends)] }, request);
    expect(said).toEqual({
      found: true,
      sentences: [{ text: 'It ends in May 2021.', citations: [0] }],
      citations: [{ passage: 0, start: 11, end: 30 }],
      refusedCitations: 0,
    });
  });
  test('loses what it cites and is not there, and the sentence its support', () => {
    const said = readAnswer(
      {
        found: true,
        sentences: [sentence('It ends.', ends, invented), sentence('It was extended.', invented)],
      },
      request,
    );
    expect(said.sentences.map(({ citations }) => citations)).toEqual([[0], []]);
    expect(said.refusedCitations).toBe(2);
  });
  test.each([
    ['only what is not there', [sentence('It was extended.', invented)], /not in passage 2/],
    [
      'a passage that was not given',
      [sentence('It ends.', { passage: 9, quote: ends.quote })],
      /no passage 9/,
    ],
    ['nothing', [sentence('It ends.')], /No sentence has a citation/],
    ['nothing in no words', [], /No sentence has a citation/],
  ])('that cites %s is refused', (_, sentences, message) => {
    const read = () => readAnswer({ found: true, sentences }, request);
    expect(read).toThrow(ModelOutputError);
    expect(read).toThrow(message);
  });
  test('may be that nothing was found, whatever else it says', () => {
    const said = readAnswer({ found: false, sentences: [sentence('Perhaps in May.')] }, request);
    expect(said).toMatchObject({ found: false, sentences: [], citations: [] });
  });
});

test('each passage has a block of its own, with its title inside it', () => {
  const [first = '', second = ''] = blocksOf(passages);
  expect(first).toMatch(/^<<<passage 1 \w+\nFrom: Lease\.pdf\nSection: 4\. Term\n\nThis lease/);
  expect(second).toMatch(/^<<<passage 2 \w+\nFrom: Letter\.txt\n\nWe give/);
});
