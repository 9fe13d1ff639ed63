import { add, type Interest, type Knowledge, type Scores } from './knowledge.ts';

/** People who like what somebody is interested in: how much their taste is the same, in (0, 1], and what they share. */
export type Kindred = {
  readonly userId: string;
  readonly likeness: number;
  readonly likes: ReadonlySet<string>;
  /** Documents that both are interested in. */
  readonly shared: readonly string[];
};

/** One thing in common may be chance: likeness is taken down by this many things that were not in common. */
const doubt = 1;

/** Whose likes are like a person's interests: cosine between what they like and what the person is interested in. */
export function kindredOf(
  userId: string,
  interests: readonly Interest[],
  { likes }: Knowledge,
): readonly Kindred[] {
  const weights = new Map(interests.map(({ documentId, weight }) => [documentId, weight]));
  const length = Math.sqrt(interests.reduce((sum, { weight }) => sum + weight ** 2, 0));
  const byUser = new Map<string, Set<string>>();
  for (const like of likes) {
    if (like.userId === userId) continue;
    byUser.set(like.userId, (byUser.get(like.userId) ?? new Set()).add(like.documentId));
  }
  return [...byUser].flatMap(([other, theirs]) => {
    const shared = [...theirs].filter((documentId) => weights.has(documentId));
    if (shared.length === 0) return [];
    const dot = shared.reduce((sum, documentId) => sum + (weights.get(documentId) ?? 0), 0);
    const cosine = dot / (length * Math.sqrt(theirs.size));
    const likeness = (cosine * shared.length) / (shared.length + doubt);
    return [{ userId: other, likeness, likes: theirs, shared }];
  });
}

/** How much documents are liked by people of the same taste. */
export function likedByKindred(kindred: readonly Kindred[]): Scores {
  const scores = new Map<string, number>();
  for (const { likeness, likes } of kindred)
    for (const documentId of likes) add(scores, documentId, likeness);
  return scores;
}
