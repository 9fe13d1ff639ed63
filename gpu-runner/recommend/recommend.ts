import type { RecommendationReason } from '#domain/recommendation/events';
import { kindredOf, likedByKindred } from './collaborative.ts';
import { sharingWith, similarTo } from './content.ts';
import { type Evidence, partsOf, type RecommendationWeights } from './evidence.ts';
import { best, type Interest, type Knowledge, type Scores } from './knowledge.ts';
import { reasonsFor } from './reasons.ts';
import { walkFrom } from './walk.ts';

/** Those that did best in `npm run eval -- recommendations`. */
export const recommendationWeights: RecommendationWeights = {
  similar: 1,
  sharing: 0.3,
  people: 1.5,
  path: 0.3,
};

export type Recommendation = {
  readonly documentId: string;
  readonly fileName: string;
  /** In (0, 1]: 1 would be first by every way of looking. */
  readonly score: number;
  /** The most telling first. */
  readonly reasons: readonly RecommendationReason[];
};

export type RecommendationInput = {
  readonly userId: string;
  readonly interests: readonly Interest[];
  /** Never recommended: what the person has seen, followed or dismissed. */
  readonly excluded: ReadonlySet<string>;
  readonly knowledge: Knowledge;
  readonly limit: number;
  readonly weights?: RecommendationWeights;
};

/**
 * What a person may want to see next, the best first: alike in content, liked by people of their taste, or a few steps
 * away in the graph. Each way's scores are taken as shares of its highest and added up by weight. The same input gives
 * the same list. Nobody who has shown no interest yet gets any.
 */
export function recommend(input: RecommendationInput): readonly Recommendation[] {
  const { userId, interests, excluded, knowledge, limit } = input;
  const weights = input.weights ?? recommendationWeights;
  const known = new Set([...excluded, ...interests.map(({ documentId }) => documentId)]);
  const fresh = (scores: Scores): Scores =>
    new Map(
      [...scores].filter(
        ([documentId, score]) => score > 0 && !known.has(documentId) && knowledge.documents.has(documentId),
      ),
    );
  const kindred = kindredOf(userId, interests, knowledge);
  const walk = walkFrom(interests, knowledge);
  const evidence: Evidence = {
    similar: fresh(similarTo(interests, knowledge)),
    sharing: fresh(sharingWith(interests, knowledge)),
    people: fresh(likedByKindred(kindred)),
    path: fresh(walk.scores),
    kindred,
    walk,
  };
  const parts = partsOf(evidence, weights);
  const scores = new Map(
    [...parts].map(([documentId, each]) => [documentId, each.values().reduce((sum, part) => sum + part)]),
  );
  return best(scores)
    .slice(0, limit)
    .map(([documentId, score]) => ({
      documentId,
      fileName: knowledge.documents.get(documentId) ?? '',
      score: Math.round(score * 1e6) / 1e6,
      reasons: reasonsFor(documentId, parts.get(documentId) ?? new Map(), input, evidence),
    }));
}
