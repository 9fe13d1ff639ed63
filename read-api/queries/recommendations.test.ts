import { afterEach, expect, test } from 'vitest';
import { openSqliteReadCache } from '#engines/cache/sqlite-read-cache';
import type { ReadCache } from '#platform/ports';
import { personRecommendationsKey, recommendationListKey } from '#projections/recommendations/keys';
import { generationPointer, generationPrefix } from '#projections/runner/keys';
import { recommendationReader } from './recommendations.ts';

const cache = openSqliteReadCache({ file: ':memory:' });
const reads: string[] = [];
/** The cache, with each read of it noted. */
const noted: ReadCache = {
  ...cache,
  get: (key) => {
    reads.push('get');
    return cache.get(key);
  },
  getMany: (keys) => {
    reads.push('getMany');
    return cache.getMany(keys);
  },
  keys: () => expect.unreachable('The key space is not walked for a reader.'),
  commit: () => expect.unreachable('A reader writes nothing.'),
};
afterEach(() => reads.splice(0));

const keyIn = (generation: number, userId: string, caseId: string) =>
  recommendationListKey(generationPrefix('recommendations', generation), userId, caseId);
const listOf = (documentId: string) =>
  JSON.stringify({
    userId: 'ada',
    caseId: 'c',
    recommendations: [
      {
        documentId,
        caseId: 'c',
        fileName: 'a.pdf',
        score: 0.5,
        reasons: [{ kind: 'similar', words: 'Its text is like that of “x”', documentId: 'x' }],
      },
    ],
    generatedAt: '2026-01-01T00:00:00.000Z',
    model: 'm@1',
    lastPosition: '7',
  });
const documentsIn = async (reading: ReturnType<ReturnType<typeof recommendationReader>>) =>
  (await reading).recommendations.map(({ documentId }) => documentId);

test('a list is one read of the cache, whose it is and whether there is one', async () => {
  await cache.commit({
    sets: [
      { key: generationPointer('recommendations'), value: '1' },
      { key: keyIn(1, 'ada', 'c'), value: listOf('a') },
    ],
  });
  const read = recommendationReader(noted);
  expect(await read('ada', 'c')).toMatchObject({ model: 'm@1', lastPosition: '7' });
  expect(await documentsIn(read('ada', 'c'))).toEqual(['a']);
  expect(await documentsIn(read('ben', 'c'))).toEqual([]);
  expect(await documentsIn(read('ada', 'other'))).toEqual([]);
  expect(reads).toEqual(['getMany', 'getMany', 'getMany', 'getMany']);
});

test('after a switch to another generation its list is served at once, and then with one read again', async () => {
  await cache.commit({ sets: [{ key: generationPointer('recommendations'), value: '1' }] });
  const read = recommendationReader(noted);
  await read('ada', 'c');
  await cache.commit({
    sets: [
      { key: generationPointer('recommendations'), value: '4' },
      { key: keyIn(4, 'ada', 'c'), value: listOf('b') },
    ],
  });
  expect(await documentsIn(read('ada', 'c'))).toEqual(['b']);
  expect(await documentsIn(read('ada', 'c'))).toEqual(['b']);
  expect(reads).toEqual(['getMany', 'getMany', 'get', 'getMany']);
});

test('before anything was ever recommended the list is empty', async () => {
  const read = recommendationReader(openSqliteReadCache({ file: ':memory:' }));
  expect(await read('ada', 'c')).toEqual({ recommendations: [] });
});

test('the best of all cases are one read of the cache as well', async () => {
  const of = (caseId: string, ...scores: number[]) => ({
    caseId,
    recommendations: scores.map((score) => ({
      documentId: `${caseId}${score}`,
      caseId,
      fileName: 'a.pdf',
      score,
      reasons: [{ kind: 'similar', words: 'Its text is like that of “x”', documentId: 'x' }],
    })),
    generatedAt: caseId === 'b' ? '2026-01-02T00:00:00.000Z' : '2026-01-01T00:00:00.000Z',
    model: `${caseId}@1`,
  });
  const all = { userId: 'ada', cases: [of('b', 0.9, 0.3), of('c', 0.5)], lastPosition: '9' };
  await cache.commit({
    sets: [
      { key: generationPointer('recommendations'), value: '1' },
      {
        key: personRecommendationsKey(generationPrefix('recommendations', 1), 'ada'),
        value: JSON.stringify(all),
      },
    ],
  });
  const read = recommendationReader(noted);
  expect(await documentsIn(read('ada'))).toEqual(['b0.9', 'c0.5', 'b0.3']);
  expect(await read('ada')).toMatchObject({
    generatedAt: '2026-01-02T00:00:00.000Z',
    model: 'b@1',
    lastPosition: '9',
  });
  expect(await read('ben')).toEqual({ recommendations: [] });
  expect(reads).toEqual(['getMany', 'getMany', 'getMany']);
});
