/** A document that a person showed interest in, and how much: a like counts more than a look, the last more than the first. */
export type Interest = {
  readonly documentId: string;
  readonly kind: 'liked' | 'viewed';
  /** Above 0. */
  readonly weight: number;
};

/** An entity or a topic, and the documents that name it. */
export type Feature = {
  readonly kind: 'entity' | 'topic';
  /** Of an entity its id, of a topic its label. */
  readonly id: string;
  readonly name: string;
  /** `weight`, above 0: how much the document is about it. */
  readonly documents: readonly { readonly documentId: string; readonly weight: number }[];
};

/** What is known around a person's interests in a case; withdrawn documents are not in it. */
export type Knowledge = {
  /** Documents of the case, for how rare a feature is. */
  readonly total: number;
  /** File names by document: what may be recommended, and what reasons name. */
  readonly documents: ReadonlyMap<string, string>;
  readonly features: readonly Feature[];
  /** Pairs found alike, either way round; the score is a cosine. */
  readonly similar: readonly { readonly from: string; readonly to: string; readonly score: number }[];
  /** Of everybody, the person too. */
  readonly likes: readonly { readonly userId: string; readonly documentId: string }[];
};

/** How alike or near each document is to what a person is interested in, by one way of looking at it. */
export type Scores = ReadonlyMap<string, number>;

/** Adds to what stands under a key. */
export function add(scores: Map<string, number>, key: string, amount: number): void {
  scores.set(key, (scores.get(key) ?? 0) + amount);
}

/** How telling a feature is: the rarer in the case, the more (inverse document frequency, smoothed). */
export const rarity = ({ documents }: Feature, total: number): number =>
  Math.log(1 + Math.max(total, documents.length) / documents.length);

/** By what somebody is after: the highest score first, and among equals by id, so that the same input gives the same order. */
export const best = (scores: Scores): (readonly [documentId: string, score: number])[] =>
  [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));

/** Entities whose name two documents share for a reason; dates and amounts are often the same by chance. */
export const tellingKinds: readonly string[] = ['person', 'organisation', 'place', 'law'];
