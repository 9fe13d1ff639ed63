import { expect, test } from 'vitest';
import { specificationOf } from '../decider-specification.ts';
import type { RecordRecommendations } from './commands.ts';
import { recommendationDecider } from './decider.ts';
import type { Recommendation, RecommendationEvent } from './events.ts';

const { given } = specificationOf(recommendationDecider);
const ids = { userId: 'ada', caseId: 'c' };
const provenance = {
  model: { name: 'm', version: '1', digest: 'a', kind: 'built-in' as const },
  parameters: {},
  inputs: [],
};
const recommended = (documentId: string, words = `Its text is like that of “x”`): Recommendation => ({
  documentId,
  caseId: 'c',
  fileName: `${documentId}.pdf`,
  score: 0.5,
  reasons: [{ kind: 'similar', words, documentId: 'x' }],
});
const generated = (upTo: string, ...documentIds: string[]): RecommendationEvent => ({
  type: 'RecommendationsGenerated',
  data: { ...ids, recommendations: documentIds.map((id) => recommended(id)), upTo, provenance },
});
const record = (upTo: string, ...recommendations: Recommendation[]): RecordRecommendations => ({
  type: 'RecordRecommendations',
  ...ids,
  recommendations,
  upTo,
  provenance,
});
const about = (documentId: string) => ({ ...ids, documentId });
const follow = (documentId: string) => ({ type: 'FollowRecommendation', ...about(documentId) }) as const;
const dismiss = (documentId: string) => ({ type: 'DismissRecommendation', ...about(documentId) }) as const;
const followed = (documentId: string) =>
  ({ type: 'RecommendationFollowed', data: about(documentId) }) as const;
const dismissed = (documentId: string) =>
  ({ type: 'RecommendationDismissed', data: about(documentId) }) as const;

test('a list is recorded, and once', () => {
  const command = record('10', recommended('a'), recommended('b'));
  expect(given().when(command)).toEqual([generated('10', 'a', 'b')]);
  expect(given().whenRepeated(command)).toEqual([]);
  expect(given().when(record('10'))).toEqual([]);
});

test('a list is news only where it has other documents, another order or other reasons', () => {
  const before = generated('10', 'a', 'b');
  const again = [{ ...recommended('a'), score: 0.7 }, recommended('b')];
  expect(given(before).when(record('20', ...again))).toEqual([]);
  expect(given(before).when(record('20', recommended('b'), recommended('a')))).toHaveLength(1);
  expect(given(before).when(record('20', recommended('a', 'Names Acme'), recommended('b')))).toHaveLength(1);
  expect(given(before).when(record('20'))).toEqual([generated('20')]);
});

test('a list worked out from less than the one there is comes too late', () => {
  expect(given(generated('20', 'a')).when(record('10', recommended('b')))).toEqual([]);
  expect(given(generated('20', 'a')).when(record('20', recommended('b')))).toHaveLength(1);
});

test('what was followed or dismissed does not come back', () => {
  const before = [generated('10', 'a', 'b', 'c'), dismissed('a'), followed('b')] as const;
  expect(given(...before).when(record('20', recommended('a'), recommended('b'), recommended('c')))).toEqual(
    [],
  );
  expect(given(...before).when(record('20', recommended('a'), recommended('d')))).toEqual([
    generated('20', 'd'),
  ]);
});

test('one that is recommended is followed or dismissed, once', () => {
  const before = generated('10', 'a', 'b');
  expect(given(before).when(follow('a'))).toEqual([followed('a')]);
  expect(given(before).whenRepeated(follow('a'))).toEqual([]);
  expect(given(before).when(dismiss('b'))).toEqual([dismissed('b')]);
  expect(given(before, dismissed('a')).when(follow('a'))).toEqual([]);
  expect(() => given(before).when(dismiss('z'))).toThrow('not recommended to you any more');
});
