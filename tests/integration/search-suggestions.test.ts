import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchAnswerSchema, suggestionListSchema } from '#read-api/contract';
import { addText, type ReadSide, startReadSide } from './read-side.ts';

const caseId = 'words';
let side: ReadSide;
let position: string;

beforeAll(async () => {
  side = await startReadSide();
  await side.append(`case-${caseId}`, { type: 'CaseOpened', data: { caseId, name: 'Words' } }, caseId);
  const passages = ['Termination for convenience.', 'Termination upon notice.', 'Termination for cause.'];
  for (const [index, text] of passages.entries())
    position = await addText(side, {
      documentId: `d${index}`,
      caseId,
      fileName: `Clause ${index}.txt`,
      text,
    });
  await side.caughtUp(position);
});
afterAll(() => side?.close());

async function meant(q: string, parameters: Record<string, string> = {}) {
  const query = new URLSearchParams({ q, caseId, ...parameters });
  const answer = searchAnswerSchema.parse(await side.getJson(`/api/search?${query}`, position));
  return answer.didYouMean?.map(({ text }) => text);
}
const suggestions = async (q: string) => {
  const query = new URLSearchParams({ q, caseId });
  return suggestionListSchema.parse(await side.getJson(`/api/search/suggestions?${query}`, position))
    .suggestions;
};

test('a search that finds little says what may have been meant', async () => {
  expect(await meant('terminaton')).toEqual(['termination']);
  expect(await meant('convenince', { mode: 'text' })).toEqual(['convenience']);
});

test('one word that is nowhere is enough, though others are found', async () => {
  expect(await meant('terminatoin notice')).toEqual(['termination notice']);
  expect(await meant('termination for convenence')).toEqual(['termination for convenience']);
});

test('a search that finds what it asks for is left alone, and so is one by meaning', async () => {
  expect(await meant('termination')).toBeUndefined();
  expect(await meant('terminaton', { mode: 'vector' })).toBeUndefined();
});

test('documents are suggested by their names', async () => {
  expect(await suggestions('claus 1')).toContainEqual({ text: 'Clause 1.txt', kind: 'name' });
});

test('what comes into the case is known from then on', async () => {
  expect(await suggestions('zanzibr')).toEqual([]);
  position = await addText(side, {
    documentId: 'd9',
    caseId,
    fileName: 'island.txt',
    text: 'Zanzibar is an island.',
  });
  expect(await suggestions('zanzibr')).toEqual([{ text: 'zanzibar', kind: 'words' }]);
});

test('a case that there is not, and nothing to go by, are refused', async () => {
  expect((await side.get('/api/search/suggestions?q=x&caseId=nowhere')).status).toBe(404);
  expect((await side.get(`/api/search/suggestions?q=&caseId=${caseId}`)).status).toBe(422);
});
