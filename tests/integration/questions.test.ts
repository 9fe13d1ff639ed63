import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenSchema } from '#commands/contract';
import {
  type DocumentSummary,
  historySchema,
  jobSchema,
  type QuestionView,
  questionListSchema,
} from '#read-api/contract';
import { type Product, startProduct } from '../support/product.ts';
import { answerTo, ask, over, questionOf } from '../support/questions.ts';
import { until } from '../support/until.ts';

/** Questions on their way through the whole product, with the built-in models. */
const lease = `LEASE OF THE MILL

1. Parties. This lease of the mill at Harbour Street is made on 1 June 2016 between Eleanor Marsh as the landlord and Tobias Quill as the tenant.

2. Term. The lease of the mill begins on 1 June 2016 and ends on 31 May 2021, unless the tenant renews it for a term of three years by written notice.

3. Rent. The tenant shall pay a rent of £1,200 for each month, due on the first day of the month. 🦊 Late rent bears interest of four per cent.
`;
const letter = `Dear Mr Quill,

The roof of the mill was repaired by Okafor Builders in March 2018 for £8,450. The invoice of Okafor Builders is attached.

Eleanor Marsh
`;

let casefold: Product;
let caseId: string;
let documents: DocumentSummary[];

beforeAll(async () => {
  casefold = await startProduct();
  ({ caseId } = await casefold.openCase('The mill'));
  await casefold.upload(caseId, [
    { fileName: 'lease.txt', content: lease },
    { fileName: 'letter.txt', content: letter },
  ]);
  await casefold.caughtUp();
  documents = await until('the documents are ready', async () => {
    const all = await casefold.documents(caseId);
    return all.every(({ stage }) => stage === 'ready') && all;
  });
});
afterAll(() => casefold.stop());

async function expectExact({ citations }: QuestionView) {
  for (const citation of citations) {
    if (citation.kind !== 'document') throw new Error('No article was fetched.');
    const text = await (await casefold.request(`/api/documents/${citation.documentId}/text`)).text();
    expect(text.slice(citation.start, citation.end)).toBe(citation.quote);
    expect(documents.find(({ documentId }) => documentId === citation.documentId)?.fileName).toBe(
      citation.fileName,
    );
  }
}

describe('a question', () => {
  test.each([
    ['When does the lease of the mill end?', /31 May 2021/, 'lease.txt'],
    ['How much rent does the tenant pay each month?', /£1,200/, 'lease.txt'],
    ['Who repaired the roof?', /Okafor Builders/, 'letter.txt'],
  ])('%s is answered in the words of a document', async (question, says, fileName) => {
    const view = await answerTo(casefold, { caseId, question });
    expect(view).toMatchObject({ status: 'ready', outcome: 'answered', question, refusedCitations: 0 });
    expect(view.sentences[0]?.text).toMatch(says);
    const [first] = view.citations;
    expect(first).toMatchObject({ kind: 'document', fileName });
    expect(view.model).toMatchObject({ name: 'casefold-extractive-answers', kind: 'built-in' });
    expect(view.provenance[0]?.inputs.length).toBeGreaterThan(1);
    await expectExact(view);
  });

  test('that no document answers is not in this case', async () => {
    const view = await answerTo(casefold, { caseId, question: 'Which airline flies to Lisbon on Sundays?' });
    expect(view).toMatchObject({ status: 'ready', outcome: 'not-in-case', sentences: [], citations: [] });
    expect(view.answer).toBeUndefined();
  });

  test('of a case without documents is not in this case', async () => {
    const { caseId: empty } = await casefold.openCase('Empty');
    const view = await answerTo(casefold, { caseId: empty, question: 'When does the lease end?' });
    expect(view.outcome).toBe('not-in-case');
  });

  test('sees what was uploaded just before it', async () => {
    const { position } = await casefold.upload(caseId, [
      { fileName: 'addendum.txt', content: 'The tenant keeps two horses in the stable behind the mill.' },
    ]);
    // Its text is taken out first: a question sees what the log has, not what is still being read.
    await until('it is read', async () => {
      const all = await casefold.documents(caseId, position);
      return all.every(({ stage }) => stage === 'ready');
    });
    const view = await answerTo(casefold, { caseId, question: 'How many horses are in the stable?' });
    expect(view.sentences[0]?.text).toMatch(/two horses/);
  });

  test('that is researched says what it asked on the way', async () => {
    const view = await answerTo(casefold, { caseId, question: 'Who repaired the roof?', research: true });
    expect(view.steps.length).toBeGreaterThan(0);
    expect(view.steps.length).toBeLessThanOrEqual(5);
    for (const { round, question, sentences } of view.steps) {
      expect(round).toBe(1);
      expect(question).toMatch(/^What do the documents say about /);
      for (const { citations } of sentences) expect(citations.length).toBeGreaterThan(0);
    }
    await expectExact(view);
    // Each answer on the way, and what proposed the questions.
    expect(view.provenance.length).toBeGreaterThan(view.steps.length + 1);
  });

  test('is a job, and happens in the history of its case', async () => {
    const { questionId, jobId, position } = await ask(casefold, { caseId, question: 'When is rent due?' });
    expect(jobId).toBe(questionId);
    const job = await casefold.json(jobSchema, `/api/jobs/status/${jobId}`, { position });
    expect(job).toMatchObject({ kind: 'question', caseId });
    await over(casefold, questionId);
    const { items } = await casefold.json(historySchema, `/api/cases/${caseId}/history?type=AnswerGiven`);
    expect(items.filter(({ data }) => data.questionId === questionId)).toHaveLength(1);
    expect(items[0]?.actor).toEqual({ kind: 'model', id: 'casefold-extractive-answers' });
    expect(await casefold.json(jobSchema, `/api/jobs/status/${jobId}`)).toMatchObject({
      stage: 'ready',
      progress: 1,
    });
  });

  test('asked twice with one key is asked once', async () => {
    const question = { caseId, question: 'Who is the tenant?' };
    const [first, second] = [
      await ask(casefold, question, { key: 'k' }),
      await ask(casefold, question, { key: 'k' }),
    ];
    expect(second).toEqual(first);
    expect((await ask(casefold, question)).questionId).not.toBe(first.questionId);
  });

  test.each([
    [404, { caseId: 'nowhere', question: 'Who?' }],
    [422, { question: '' }],
    [422, { question: 'x'.repeat(2001) }],
    [422, { question: 'a\u0000b' }],
    [422, {}],
  ])('is refused with %i for %j', async (status, body) => {
    const response = await casefold.request('/api/ai/query', { json: { caseId, ...body } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });
});

test('the questions of a case come in pages, the newest first', async () => {
  const { caseId: other } = await casefold.openCase('Pages');
  const asked: string[] = [];
  for (const number of [1, 2, 3]) {
    const { questionId } = await ask(casefold, { caseId: other, question: `Question ${number}?` });
    asked.unshift(questionId);
    await over(casefold, questionId);
  }
  const path = `/api/cases/${other}/questions?limit=2`;
  const first = await casefold.json(questionListSchema, path);
  const rest = await casefold.json(questionListSchema, `${path}&cursor=${first.next}`);
  expect([...first.items, ...rest.items].map(({ questionId }) => questionId)).toEqual(asked);
  expect(rest.next).toBeUndefined();
  expect((await casefold.request('/api/cases/nowhere/questions')).status).toBe(404);
  expect((await casefold.request('/api/questions/nowhere')).status).toBe(404);
});

test('an answer is rated, and rated anew', async () => {
  const { questionId } = await answerTo(casefold, { caseId, question: 'Who is the landlord?' });
  const rate = (json: object) =>
    casefold.json(writtenSchema, `/api/questions/${questionId}/rating`, { json });
  await rate({ rating: 'helpful' });
  const { position } = await rate({ rating: 'unhelpful', note: 'It names the tenant too.' });
  const view = await questionOf(casefold, questionId, position);
  expect(view.myRating).toEqual({ rating: 'unhelpful', note: 'It names the tenant too.' });
  expect(view.ratings).toEqual({ helpful: 0, unhelpful: 1 });
  const nowhere = await casefold.request('/api/questions/nowhere/rating', { json: { rating: 'helpful' } });
  expect(nowhere.status).toBe(404);
  const wrong = await casefold.request(`/api/questions/${questionId}/rating`, { json: { rating: 'so so' } });
  expect(wrong.status).toBe(422);
});
