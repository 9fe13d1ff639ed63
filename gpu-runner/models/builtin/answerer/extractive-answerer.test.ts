import { describe, expect, test } from 'vitest';
import { createExtractiveAnswerer } from './extractive-answerer.ts';

const answerer = createExtractiveAnswerer();
const passages = [
  {
    title: 'Lease of the mill.pdf',
    section: '4. Term',
    text: '4. TERM OF THE LEASE\nThis lease of the mill begins on 1 June 2016 and ends on 31 May 2021. The tenant may end the lease of the mill earlier by three months’ notice.',
  },
  {
    title: 'Lease of the mill.pdf',
    section: '5. Rent',
    text: 'The rent of the mill is due on the first day of each month. The tenant shall pay a rent of £1,200 for each month to the landlord, Eleanor Marsh.',
  },
];
const ask = (question: string) => {
  const { sentences, ...said } = answerer.answer({ question, passages });
  return { ...said, texts: sentences.map(({ text }) => text) };
};

describe('the sentence that fits comes first', () => {
  test.each([
    ['When does the lease end?', /ends on 31 May 2021/],
    ['How much rent does the tenant pay?', /£1,200/],
    ['Who is the landlord?', /Eleanor Marsh/],
    ['With how much notice may the tenant end the lease?', /three months’ notice/],
  ])('%s', (question, sentence) => expect(ask(question).texts[0]).toMatch(sentence));
});

test('what it says is what the passages say, at the places it names', () => {
  const { citations, texts } = ask('When does the lease of the mill end?');
  expect(citations).toHaveLength(texts.length);
  for (const [index, { passage, start, end }] of citations.entries()) {
    expect(passages[passage]?.text.slice(start, end).replace(/\s+/g, ' ')).toBe(texts[index]);
  }
});

test.each([
  'What is the boiling point of mercury?',
  'Who won the football match in Lisbon?',
  'Does the landlord keep horses in the stable?',
  'the of and',
  '???',
])('%s is not answered', (question) => {
  expect(ask(question)).toMatchObject({ found: false, texts: [], citations: [] });
});

test('without passages there is no answer', () => {
  expect(answerer.answer({ question: 'When does it end?', passages: [] }).found).toBe(false);
});

describe('further questions', () => {
  const propose = (question: string, asked: string[] = [], most = 5) =>
    answerer.propose({ question, asked, most, passages }).questions;

  test('are about those whom the passages name and the question does not', () => {
    expect(propose('Who is the landlord?')).toEqual(['What do the documents say about Eleanor Marsh?']);
    expect(propose('Who is Eleanor Marsh?')).toEqual([]);
  });
  test('are asked once', () => {
    expect(propose('Who is the landlord?', ['What do the documents say about Eleanor Marsh?'])).toEqual([]);
  });
});
