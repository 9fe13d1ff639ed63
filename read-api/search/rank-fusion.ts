/** An item's place in one ranking: from 1, with the score that put it there. */
export type RankPart = { readonly rank: number; readonly score: number };

/** Damps the lead of the very first places; the value of the paper. */
const damping = 60;

/** Scored ids in falling order, as ranks. */
export const ranked = (
  scores: Iterable<{ readonly id: string; readonly score: number }>,
): Map<string, RankPart> =>
  new Map(Array.from(scores, ({ id, score }, index) => [id, { rank: index + 1, score }]));

/** A ranking, and how much its places count. */
export type WeightedRanking = { readonly ranking: ReadonlyMap<string, RankPart>; readonly weight: number };

/**
 * Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): each ranking gives an item weight / (60 + rank).
 * Scores of different kinds need no common scale.
 *
 * @returns fused scores in falling order; equal ones in the order of their ids, so that an answer does not flicker
 */
export function fuse(rankings: readonly WeightedRanking[]): { id: string; score: number }[] {
  const scores = new Map<string, number>();
  for (const { ranking, weight } of rankings) {
    for (const [id, { rank }] of ranking) scores.set(id, (scores.get(id) ?? 0) + weight / (damping + rank));
  }
  return Array.from(scores, ([id, score]) => ({ id, score })).sort(
    (a, b) => b.score - a.score || (a.id < b.id ? -1 : 1),
  );
}
