import { describe, expect, test } from 'vitest';
import { recommendationStream } from '#domain/recommendation/decider';
import type { RecommendationEvent } from '#domain/recommendation/events';
import { contentOf, recorded } from '../read-model-specification.ts';
import { personRecommendationsSchema, recommendationListKey, recommendationListSchema } from './keys.ts';
import { recommendations } from './read-model.ts';

const ids = { userId: 'ada', caseId: 'c' };
const generated = (...documentIds: string[]) => generatedIn('c', ...documentIds);
const generatedIn = (caseId: string, ...documentIds: string[]): RecommendationEvent => ({
  type: 'RecommendationsGenerated',
  data: {
    userId: 'ada',
    caseId,
    recommendations: documentIds.map((documentId) => ({
      documentId,
      caseId,
      fileName: `${documentId}.pdf`,
      score: 0.5,
      reasons: [{ kind: 'similar', words: 'Its text is like that of “x”', documentId: 'x' }],
    })),
    upTo: '10',
    provenance: {
      model: { name: 'm', version: '1', digest: 'a', kind: 'built-in' },
      parameters: {},
      inputs: [],
    },
  },
});
const followed = (documentId: string): RecommendationEvent => ({
  type: 'RecommendationFollowed',
  data: { ...ids, documentId },
});
const dismissed = (documentId: string): RecommendationEvent => ({
  type: 'RecommendationDismissed',
  data: { ...ids, documentId },
});

async function listAfter(...events: RecommendationEvent[]) {
  const [list] = (await contentOf(recommendations, recorded(events), [1]))['list:'] ?? [];
  return list && recommendationListSchema.parse(list);
}
const documentsAfter = async (...events: RecommendationEvent[]) =>
  (await listAfter(...events))?.recommendations.map(({ documentId }) => documentId);

test('the newest list takes the place of the last', async () => {
  expect(await documentsAfter(generated('a', 'b'))).toEqual(['a', 'b']);
  expect(await documentsAfter(generated('a', 'b'), generated('c'))).toEqual(['c']);
  expect(await documentsAfter(generated('a'), generated())).toEqual([]);
  expect(await listAfter(generated('a'))).toMatchObject({ ...ids, model: 'm@1', lastPosition: '0' });
});

test('what was followed or dismissed is gone at once', async () => {
  const list = await listAfter(generated('a', 'b', 'c'), followed('a'), dismissed('c'));
  expect(list?.recommendations.map(({ documentId }) => documentId)).toEqual(['b']);
  expect(list?.lastPosition).toBe('20');
});

test('nothing was ever recommended to somebody without a list', async () => {
  expect(await documentsAfter(followed('a'))).toBeUndefined();
});

test('a list lies where it is looked for, and comes from the stream it is said to', async () => {
  const key = recommendationListKey('', 'ada', 'c').replace('list:', '');
  expect(recommendations.streamsOf?.('list:', [key])).toEqual([recommendationStream('ada', 'c')]);
});

describe('all of a person', () => {
  async function allAfter(...events: RecommendationEvent[]) {
    const [all] = (await contentOf(recommendations, recorded(events), [1]))['person:'] ?? [];
    const { cases, lastPosition } = personRecommendationsSchema.parse(all);
    return {
      lastPosition,
      cases: Object.fromEntries(
        cases.map((each) => [each.caseId, each.recommendations.map(({ documentId }) => documentId)]),
      ),
    };
  }

  test('is the newest list of each case', async () => {
    expect(await allAfter(generatedIn('b', 'x'), generated('a'), generated('d', 'e'))).toEqual({
      cases: { b: ['x'], c: ['d', 'e'] },
      lastPosition: '20',
    });
  });

  test('has a few of each case, and the next where one of them is dismissed', async () => {
    const many = generated('1', '2', '3', '4', '5', '6', '7');
    expect((await allAfter(many)).cases).toEqual({ c: ['1', '2', '3', '4', '5'] });
    expect((await allAfter(many, dismissed('2'))).cases).toEqual({ c: ['1', '3', '4', '5', '6'] });
  });

  test('says nothing of a case in which nothing is left', async () => {
    expect((await allAfter(generatedIn('b', 'x'), generated('a'), followed('a'))).cases).toEqual({
      b: ['x'],
    });
  });

  test('is each person’s own', async () => {
    const log = recorded([
      generated('a'),
      { ...generated('b'), data: { ...generated('b').data, userId: 'ben' } },
    ] as RecommendationEvent[]);
    const all = (await contentOf(recommendations, log))['person:'] ?? [];
    expect(all.map((each) => personRecommendationsSchema.parse(each).userId)).toEqual(['ada', 'ben']);
  });
});
