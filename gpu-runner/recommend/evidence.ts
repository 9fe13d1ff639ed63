import type { Kindred } from './collaborative.ts';
import type { Scores } from './knowledge.ts';
import type { Walk } from './walk.ts';

/** The ways of looking for something to recommend, each of which scores documents by itself. */
export const ways = ['similar', 'sharing', 'people', 'path'] as const;
export type Way = (typeof ways)[number];

/** How much each way counts in the whole. */
export type RecommendationWeights = Readonly<Record<Way, number>>;

/** What was found by each way, and what reasons are told from. */
export type Evidence = Readonly<Record<Way, Scores>> & {
  readonly kindred: readonly Kindred[];
  readonly walk: Walk;
};

/** How much each way speaks for each document, in (0, 1] all together: scores as shares of the way's highest, by weight. */
export function partsOf(
  evidence: Evidence,
  weights: RecommendationWeights,
): ReadonlyMap<string, ReadonlyMap<Way, number>> {
  const whole = ways.reduce((sum, way) => sum + weights[way], 0);
  const parts = new Map<string, Map<Way, number>>();
  for (const way of ways) {
    if (weights[way] === 0) continue;
    const highest = evidence[way].values().reduce((most, score) => Math.max(most, score), 0);
    for (const [documentId, score] of evidence[way]) {
      const ofDocument = parts.get(documentId) ?? new Map<Way, number>();
      parts.set(documentId, ofDocument.set(way, (weights[way] * score) / (whole * highest)));
    }
  }
  return parts;
}
