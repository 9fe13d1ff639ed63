import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GraphSearchAnswer, graphSearchAnswerSchema } from '#read-api/contract';
import { expectProblem } from '../support/problem.ts';
import { until } from '../support/until.ts';
import { actorHeader, addText, type ReadSide, startReadSide } from './read-side.ts';

const caseId = 'graph';
let side: ReadSide;
let position: string;

/** Three documents of the same words; all name Acme, one of them is about nothing else. */
const texts = {
  hub: 'The distributor agreement with Acme covers the northern territory.',
  spoke: 'The distributor agreement with Acme covers the southern territory.',
  alone: 'The distributor agreement covers a western territory.',
};
const idOf = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 16);
const provenance = {
  model: { name: 'test', version: '1', digest: 'd'.repeat(64), kind: 'built-in' as const },
  parameters: {},
  inputs: ['e'.repeat(64)],
};

async function append(stream: string, event: Parameters<ReadSide['append']>[1]) {
  position = await side.append(stream, event, caseId);
}
const analysed = (documentId: string, names: readonly string[]) =>
  append(`document-${documentId}`, {
    type: 'DocumentAnalysed',
    data: {
      documentId,
      caseId,
      summary: [],
      topics: [],
      relations: [],
      entities: names.map((name) => ({
        entityId: idOf(name),
        kind: 'organisation' as const,
        name,
        mentions: [{ start: 0, end: 3 }],
      })),
      provenance,
    },
  });

const setTier = (tier: 'free' | 'pro', userId = 'ada') =>
  side.append(`user-${userId}`, { type: 'TierChanged', data: { userId, tier } });

beforeAll(async () => {
  side = await startReadSide();
  await setTier('pro');
  await setTier('pro', 'owner');
  await append(`case-${caseId}`, { type: 'CaseOpened', data: { caseId, name: 'Graph' } });
  for (const [documentId, text] of Object.entries(texts))
    position = await addText(side, { documentId, caseId, fileName: `${documentId}.txt`, text });
  await analysed('hub', ['Acme', 'North', 'Territory']);
  await analysed('spoke', ['Acme', 'North']);
  await analysed('alone', []);
  await side.caughtUp(position);
});
afterAll(() => side?.close());

async function search(parameters: Record<string, string> = {}): Promise<GraphSearchAnswer> {
  const query = new URLSearchParams({ q: 'distributor agreement', caseId, ...parameters });
  return graphSearchAnswerSchema.parse(await side.getJson(`/api/ai/graph-search?${query}`, position));
}
const found = ({ hits }: GraphSearchAnswer) => hits.map(({ documentId }) => documentId);

test('a score is its parts by the weights, the highest of each of which is one', async () => {
  const { hits, weights, model } = await search();
  expect(weights).toEqual({ semantic: 0.6, pageRank: 0.3, social: 0.1 });
  expect(model).toMatch(/^casefold-lexical/);
  expect(hits).toHaveLength(3);
  for (const { score, semantic, pageRank, social } of hits)
    expect(score).toBeCloseTo(0.6 * semantic + 0.3 * pageRank + 0.1 * social, 12);
  expect(Math.max(...hits.map(({ semantic }) => semantic))).toBe(1);
  expect(Math.max(...hits.map(({ pageRank }) => pageRank))).toBe(1);
  const [best] = hits;
  expect(texts[best?.documentId as keyof typeof texts].slice(best?.passage.start, best?.passage.end)).toBe(
    best?.passage.text,
  );
});

test('what is connected more is more central, and weights decide what that counts', async () => {
  expect(found(await search({ weights: '0,1,0' }))).toEqual(['hub', 'spoke', 'alone']);
  const { weights } = await search({ weights: '2,1,1' });
  expect(weights).toEqual({ semantic: 0.5, pageRank: 0.25, social: 0.25 });
});

test('what others like and look at counts, one’s own does not, and what was seen can be left out', async () => {
  const ids = { documentId: 'alone', caseId };
  await append('document-alone', { type: 'DocumentLiked', data: { ...ids, userId: 'ben' } });
  await append('document-alone', { type: 'DocumentLiked', data: { ...ids, userId: 'ada' } });
  const [first, ...others] = (await search({ weights: '0,0,1' })).hits;
  expect(first).toMatchObject({
    documentId: 'alone',
    social: 1,
    socialBy: { likes: 1, viewers: 0 },
    seen: true,
  });
  expect(others.map(({ social }) => social)).toEqual([0, 0]);
  expect(found(await search({ unseen: 'true' })).toSorted()).toEqual(['hub', 'spoke']);
  expect(found(await search({ unseen: 'true', userId: 'ada' })).toSorted()).toEqual(['hub', 'spoke']);
});

describe('as somebody else', () => {
  const search = (actor: string, userId: string) => {
    const query = new URLSearchParams({ q: 'distributor agreement', caseId, userId, unseen: 'true' });
    return side.get(`/api/ai/graph-search?${query}`, position, { [actorHeader]: actor });
  };

  test('only the owner searches, and it is recorded as whom', async () => {
    const answer = graphSearchAnswerSchema.parse(await (await search('owner', 'ada')).json());
    expect(found(answer).toSorted()).toEqual(['hub', 'spoke']);
    expect(side.reads.at(-1)).toMatchObject({ action: 'searched', caseId, subject: 'as ada' });
  });

  test('nobody else does, whatever their tier', async () => {
    const before = side.reads.length;
    const { detail } = await expectProblem(await search('ada', 'eve'), 403, 'behaviour-of-another');
    expect(detail).toMatch(/Only the owner/);
    expect(side.reads).toHaveLength(before);
  });
});

test('without a case the documents of all are found, each by its standing in its own', async () => {
  const elsewhere = 'another-case';
  await side.append(
    `case-${elsewhere}`,
    { type: 'CaseOpened', data: { caseId: elsewhere, name: 'Elsewhere' } },
    elsewhere,
  );
  const ids = { documentId: 'elsewhere', caseId: elsewhere };
  const text = 'The distributor agreement covers an eastern territory.';
  position = await addText(side, { ...ids, fileName: 'elsewhere.txt', text });
  await side.caughtUp(position);
  const ofCase = await search();
  const parameters = new URLSearchParams({ q: 'distributor agreement' });
  const all = graphSearchAnswerSchema.parse(
    await side.getJson(`/api/ai/graph-search?${parameters}`, position),
  );
  expect(found(all).toSorted()).toEqual([...found(ofCase), 'elsewhere'].toSorted());
  const standing = ({ hits }: GraphSearchAnswer) =>
    new Map(
      hits
        .filter((hit) => hit.caseId === caseId)
        .map(({ documentId, pageRank, social }) => [documentId, [pageRank, social]]),
    );
  expect(standing(all)).toEqual(standing(ofCase));
  // Alone in its case, it is the most central of it.
  expect(all.hits.find(({ documentId }) => documentId === 'elsewhere')).toMatchObject({
    caseId: elsewhere,
    pageRank: 1,
    social: 0,
  });
  expect(side.reads.at(-1)).not.toHaveProperty('caseId');
});

test('the ranks are worked out anew when the graph grows', async () => {
  const before = await search();
  await analysed('alone', ['West', 'Acme', 'North', 'Territory', 'South', 'East']);
  await until('the ranks are of the grown graph', async () => {
    const after = await search({ weights: '0,1,0' });
    return after.rankedAt !== before.rankedAt && found(after)[0] === 'alone';
  });
});

test('a withdrawn document is not found', async () => {
  await append('document-alone', { type: 'DocumentWithdrawn', data: { documentId: 'alone', caseId } });
  expect(found(await search()).toSorted()).toEqual(['hub', 'spoke']);
});

test('a search over the graph is history', () => {
  expect(side.reads.at(-1)).toMatchObject({ action: 'searched', query: 'distributor agreement', caseId });
});

test('weights that are none, and a case that there is not, are refused', async () => {
  for (const weights of ['1,2', 'a,b,c', '0,0,0', '-1,1,1']) {
    const query = new URLSearchParams({ q: 'x', caseId, weights });
    await expectProblem(await side.get(`/api/ai/graph-search?${query}`), 422, 'invalid-input');
  }
  expect((await side.get('/api/ai/graph-search?q=x&caseId=nowhere')).status).toBe(404);
});

test('the free tier is told how to get it', async () => {
  await setTier('free');
  await expectProblem(await side.get(`/api/ai/graph-search?q=x&caseId=${caseId}`), 403, 'needs-pro');
});
