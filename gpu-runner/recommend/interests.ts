import type { Interest } from './knowledge.ts';

/** A document that a person liked or looked at, and when last, as a place in the log. */
export type Seen = { readonly documentId: string; readonly liked: boolean; readonly position: bigint };

/** A look says less than a like. */
const weightOf = { liked: 1, viewed: 0.4 } as const;
/** Interest halves with every so many documents that came after. */
const halving = 20;
/** What lies further back says nothing any more, and would be much to look into. */
const mostInterests = 60;

/** What a person is interested in, the last first. */
export const interestsIn = (seen: readonly Seen[]): readonly Interest[] =>
  seen
    .toSorted((a, b) =>
      a.position === b.position ? (a.documentId < b.documentId ? -1 : 1) : a.position < b.position ? 1 : -1,
    )
    .slice(0, mostInterests)
    .map(({ documentId, liked }, index) => {
      const kind = liked ? 'liked' : 'viewed';
      return { documentId, kind, weight: weightOf[kind] * 0.5 ** (index / halving) };
    });
