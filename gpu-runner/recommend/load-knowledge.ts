import type { Driver } from 'neo4j-driver';
import { z } from 'zod';
import { type GraphReading, readGraph } from './graph-queries.ts';
import { interestsIn, type Seen } from './interests.ts';
import { add, best, type Feature, type Interest, type Knowledge, rarity } from './knowledge.ts';
import { loadFeatures } from './load-features.ts';

/** Documents one step away whose own features are looked into; the nearest. */
const mostNear = 100;
/** People whose likes are looked into; those with the most in common. */
const mostKindred = 50;

const seenRow = z.object({
  documentId: z.string(),
  fileName: z.string(),
  withdrawn: z.boolean(),
  position: z.string(),
});
const seenBy = (edge: 'LIKED' | 'VIEWED') =>
  `MATCH (:User {id: $user})-[r:${edge}]->(d:Document) WHERE d.caseId = $caseId
   RETURN d.documentId AS documentId, d.fileName AS fileName, d.withdrawn AS withdrawn, r.lastPosition AS position`;

const similarRow = z.object({ from: z.string(), to: z.string(), fileName: z.string(), score: z.number() });
const similarTo = `UNWIND $ids AS id MATCH (d:Document {id: id})-[s:SIMILAR_TO]-(o:Document)
  WHERE o.withdrawn = false AND o.caseId = $caseId
  RETURN d.documentId AS from, o.documentId AS to, o.fileName AS fileName, s.score AS score`;

const likerRow = z.object({ userId: z.string(), shared: z.number() });
const likersOf = `UNWIND $ids AS id MATCH (d:Document {id: id})<-[:LIKED]-(u:User)
  RETURN u.userId AS userId, count(d) AS shared`;

const likeRow = z.object({ userId: z.string(), documentId: z.string(), fileName: z.string() });
const likedBy = `UNWIND $ids AS id MATCH (u:User {id: id})-[:LIKED]->(d:Document)
  WHERE d.caseId = $caseId AND d.withdrawn = false
  RETURN u.userId AS userId, d.documentId AS documentId, d.fileName AS fileName`;

const totalRow = z.object({ total: z.number() });
// Other generations of the graph have the case as well.
const documentsIn = `MATCH (d:Document) WHERE d.caseId = $caseId AND d.id STARTS WITH $generation
  RETURN count(d) AS total`;

export type PersonInCase = {
  readonly interests: readonly Interest[];
  /** All they have looked at or liked, withdrawn or not. */
  readonly seen: ReadonlySet<string>;
  readonly knowledge: Knowledge;
};

/** Loads from the graph what a person has seen of a case, and what is known around that. */
export const loadPerson = (graph: Driver, userId: string, caseId: string): Promise<PersonInCase> =>
  readGraph(graph, async (reading) => {
    const seen = await loadSeen(reading, userId, caseId);
    const interests = interestsIn(seen.filter(({ withdrawn }) => !withdrawn));
    const knowledge = await loadAround(reading, userId, caseId, interests);
    const documents = new Map(knowledge.documents);
    for (const { documentId, fileName, withdrawn } of seen)
      if (!withdrawn) documents.set(documentId, fileName);
    return {
      interests,
      seen: new Set(seen.map(({ documentId }) => documentId)),
      knowledge: { ...knowledge, documents },
    };
  });

async function loadSeen(reading: GraphReading, userId: string, caseId: string) {
  const parameters = { user: reading.id(userId), caseId };
  const seen = new Map<string, Seen & { readonly fileName: string; readonly withdrawn: boolean }>();
  for (const edge of ['VIEWED', 'LIKED'] as const) {
    for (const { position, ...row } of await reading.ask(seenBy(edge), parameters, seenRow)) {
      const last = BigInt(position);
      const before = seen.get(row.documentId)?.position ?? last;
      const later = before > last ? before : last;
      seen.set(row.documentId, { ...row, liked: edge === 'LIKED', position: later });
    }
  }
  return [...seen.values()];
}

async function loadAround(
  reading: GraphReading,
  userId: string,
  caseId: string,
  interests: readonly Interest[],
): Promise<Knowledge> {
  const own = interests.map(({ documentId }) => documentId);
  const ids = own.map(reading.id);
  const [{ total } = { total: 0 }] = await reading.ask(
    documentsIn,
    { caseId, generation: reading.id('') },
    totalRow,
  );
  const similar = await reading.ask(similarTo, { ids, caseId }, similarRow);
  const likers = await reading.ask(likersOf, { ids }, likerRow);
  const kindred = likers
    .filter((liker) => liker.userId !== userId)
    .sort((a, b) => b.shared - a.shared || (a.userId < b.userId ? -1 : 1))
    .slice(0, mostKindred)
    .map((liker) => reading.id(liker.userId));
  const likes = await reading.ask(likedBy, { ids: kindred, caseId }, likeRow);
  const first = await loadFeatures(reading, caseId, own, total);
  const near = nearest(own, first.features, total);
  const second = await loadFeatures(reading, caseId, near, total);
  const features = new Map(
    [...second.features, ...first.features].map((each) => [each.kind + each.id, each]),
  );
  return {
    total,
    documents: new Map([
      ...similar.map(({ to, fileName }) => [to, fileName] as const),
      ...likes.map(({ documentId, fileName }) => [documentId, fileName] as const),
      ...first.documents,
      ...second.documents,
    ]),
    features: sorted([...features.values()], ({ kind, id }) => kind + id),
    similar: sorted(similar, ({ from, to, score }) => `${from} ${to} ${score}`),
    likes: sorted(likes, (like) => `${like.userId} ${like.documentId}`),
  };
}

/** Documents that share the most, and the rarest, with a person's own. */
function nearest(own: readonly string[], features: readonly Feature[], total: number): readonly string[] {
  const scores = new Map<string, number>();
  for (const feature of features)
    for (const { documentId } of feature.documents) add(scores, documentId, rarity(feature, total));
  for (const documentId of own) scores.delete(documentId);
  return best(scores)
    .slice(0, mostNear)
    .map(([documentId]) => documentId);
}

/** In an order of their own: sums of what a store gives in any order would differ in the last digit. */
const sorted = <Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] =>
  values.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
