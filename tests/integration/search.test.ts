import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SearchAnswer, searchAnswerSchema, vectorSearchAnswerSchema } from '#read-api/contract';
import { searchPassages } from '#read-api/search/search-passages';
import { addText, type ReadSide, startReadSide } from './read-side.ts';

let side: ReadSide;
/** The position after which everything is to be seen. */
let position: string;

const golf =
  'The Golfer shall play only clubs made by the Company.\n\nThe Golfer endorses the putters, and the putter is his favourite.';
const pivots =
  'Termination. Either party may terminate this Agreement upon thirty days notice to the other party.';

const samples = new URL('../../samples/demo-case/', import.meta.url);

beforeAll(async () => {
  side = await startReadSide();
  for (const caseId of ['one', 'two']) {
    await side.append(`case-${caseId}`, { type: 'CaseOpened', data: { caseId, name: caseId } }, caseId);
  }
  const files = readdirSync(samples).filter((name) => name.endsWith('.txt'));
  for (const [index, fileName] of files.entries()) {
    const text = readFileSync(new URL(encodeURIComponent(fileName), samples), 'utf8');
    await addText(side, { documentId: `sample${index}`, caseId: 'one', fileName, text });
  }
  await addText(side, {
    documentId: 'golf',
    caseId: 'two',
    fileName: 'golf.txt',
    title: 'Sponsorship contract',
    text: golf,
  });
  await addText(side, { documentId: 'gone', caseId: 'two', fileName: 'gone.txt', text: `${golf} zanzibar` });
  position = await addText(side, { documentId: 'pivot', caseId: 'two', fileName: 'pivot.txt', text: pivots });
  position = await side.append(
    'document-gone',
    { type: 'DocumentWithdrawn', data: { documentId: 'gone', caseId: 'two' } },
    'two',
  );
  await side.caughtUp(position);
});
afterAll(() => side?.close());

async function search(parameters: Record<string, string>): Promise<SearchAnswer> {
  const query = new URLSearchParams(parameters);
  return searchAnswerSchema.parse(await side.getJson(`/api/search?${query}`, position));
}

test('finds a word in any of its forms and says where it stands', async () => {
  const { hits, mode, model } = await search({ q: 'putting golfers', caseId: 'two', mode: 'text' });
  expect(mode).toBe('text');
  expect(model).toBeUndefined();
  expect(hits.map(({ documentId }) => documentId)).toEqual(['golf']);
  const [hit] = hits;
  if (!hit) throw new Error('no hit');
  expect(golf.slice(hit.start, hit.end)).toBe(hit.text);
  const words = hit.highlights.map(({ start, end }) => hit.text.slice(start, end));
  expect(words).toEqual(['Golfer', 'Golfer']);
  expect(hit.parts).toEqual({ text: { rank: 1, score: hit.score } });
});

test('a search by words asks no model, and so works while the models are away', async () => {
  const ports = {
    db: side.clients.postgres.db,
    embedQuery: () => Promise.reject(new Error('The models are away.')),
  };
  const request = { q: 'putter', scope: { caseId: 'two' }, limit: 5 };
  const { hits } = await searchPassages(ports, { ...request, mode: 'text' });
  expect(hits.map(({ documentId }) => documentId)).toEqual(['golf']);
  for (const mode of ['hybrid', 'vector'] as const)
    await expect(searchPassages(ports, { ...request, mode })).rejects.toThrow('away');
});

test('BM25 as the paper has it, computed here by hand', async () => {
  const { hits } = await search({ q: 'putter', caseId: 'two', mode: 'text' });
  // Two passages in the case, one of them with the word, twice; 22 and 15 words.
  const idf = Math.log(1 + (2 - 1 + 0.5) / (1 + 0.5));
  const words = golf.match(/\p{L}+/gu)?.length ?? 0;
  const average = (words + (pivots.match(/\p{L}+/gu)?.length ?? 0)) / 2;
  const expected = (idf * 2 * 2.2) / (2 + 1.2 * (0.25 + (0.75 * words) / average));
  expect(hits[0]?.score).toBeCloseTo(expected, 6);
});

test('a rare word outweighs a common one', async () => {
  const { hits } = await search({ q: 'agreement manufacturing distributor franchise', mode: 'text' });
  expect(hits.length).toBe(20);
  expect(hits[0]?.text).toMatch(/manufactur|distributor|franchis/i);
  const scores = hits.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
});

test('a quoted phrase matches only as it stands, in every mode that has words', async () => {
  for (const mode of ['text', 'hybrid']) {
    const { hits } = await search({ q: '"thirty days notice"', caseId: 'two', mode });
    expect(hits.map(({ documentId }) => documentId)).toEqual(['pivot']);
    expect((await search({ q: '"notice thirty days"', caseId: 'two', mode })).hits).toEqual([]);
  }
});

test('a passage is found by the title of its document, which no phrase of the text runs on into', async () => {
  const found = async (q: string) =>
    (await search({ q, caseId: 'two', mode: 'text' })).hits.map(({ documentId }) => documentId);
  expect(await found('sponsorship')).toEqual(['golf']);
  expect(await found('"sponsorship contract"')).toEqual(['golf']);
  expect(await found('"favourite sponsorship"')).toEqual([]);
});

test('hybrid fuses both rankings by reciprocal rank, where the words count twice what the vectors do', async () => {
  const { hits } = await search({ q: 'distribution of software products in a territory' });
  expect(hits.length).toBe(20);
  for (const { score, parts } of hits) {
    const share = (part: { rank: number } | undefined, weight: number) =>
      part ? weight / (60 + part.rank) : 0;
    const sum = share(parts.text, 1) + share(parts.vector, 0.5);
    expect(score).toBeCloseTo(sum, 12);
  }
  expect(hits.some(({ parts }) => parts.text && parts.vector)).toBe(true);
});

test('vectors rank by cosine, within the scope', async () => {
  const { hits } = await search({ q: 'golfer playing clubs', mode: 'vector', caseId: 'two' });
  expect(hits[0]?.documentId).toBe('golf');
  expect(hits.every(({ caseId }) => caseId === 'two')).toBe(true);
  const inDocument = await search({ q: 'golfer playing clubs', documentId: 'pivot' });
  expect(inDocument.hits.every(({ documentId }) => documentId === 'pivot')).toBe(true);
});

test('what was withdrawn is not found', async () => {
  expect((await search({ q: 'zanzibar' })).hits.map(({ documentId }) => documentId)).not.toContain('gone');
  expect((await search({ q: 'zanzibar', mode: 'text' })).hits).toEqual([]);
});

test('words that mean nothing, and odd signs, find nothing and break nothing', async () => {
  for (const q of [
    'the of and',
    "'",
    '!&|()<->:*',
    '\\',
    '"',
    '"the"',
    '%',
    "x' OR 1=1",
    '🦊',
    'a'.repeat(1000),
  ]) {
    expect((await search({ q, mode: 'text', caseId: 'two' })).hits).toEqual([]);
    await search({ q, caseId: 'two' });
  }
});

test('vector search finds each document once, and people by what they like', async () => {
  const at = await side.append(
    'document-golf',
    { type: 'DocumentLiked', data: { documentId: 'golf', caseId: 'two', userId: 'ada' } },
    'two',
  );
  const ask = async (query: string) =>
    vectorSearchAnswerSchema.parse(await side.getJson(`/api/ai/vector-search?${query}`, at));
  const documents = (await ask('q=software&type=document&limit=10')).hits.map(
    (hit) => 'documentId' in hit && hit.documentId,
  );
  expect(documents.length).toBeGreaterThan(3);
  expect(new Set(documents).size).toBe(documents.length);
  const { hits } = await ask('q=golf+putter&type=user');
  expect(hits).toEqual([{ userId: 'ada', documents: 1, score: expect.any(Number) }]);
  expect((await ask('q=golf&type=user&caseId=one')).hits).toEqual([]);
});

test('a search is history', async () => {
  await search({ q: 'remember this', caseId: 'two' });
  expect(side.reads.at(-1)).toMatchObject({ action: 'searched', query: 'remember this', caseId: 'two' });
});

test('a query without content or beyond its limits is refused with the field', async () => {
  for (const query of [
    'q=',
    'q=%20',
    '',
    'q=a%00b',
    `q=${'x'.repeat(1001)}`,
    'q=x&limit=0',
    'q=x&mode=magic',
  ]) {
    const response = await side.get(`/api/search?${query}`);
    expect(response.status, query).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      errors: [{ field: expect.stringMatching(/^(q|limit|mode)$/) }],
    });
  }
});
