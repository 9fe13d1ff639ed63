import type { Database } from '#platform/clients/postgres';
import type { SearchAnswer, SearchHit } from '../contract.ts';
import type { ReadApiPorts } from '../ports.ts';
import { passageHits } from '../queries/passage-hits.ts';
import { rankByText } from '../queries/passage-text.ts';
import { rankByVector } from '../queries/passage-vectors.ts';
import { type SearchScope, sizeOf } from '../queries/search-scope.ts';
import { parseQuery } from './query-text.ts';
import { fuse, ranked } from './rank-fusion.ts';

export type SearchRequest = {
  readonly q: string;
  readonly mode: SearchAnswer['mode'];
  readonly scope: SearchScope;
  readonly limit: number;
};

/** Places of each ranking that take part in the fusion: what is beyond adds next to nothing. */
const depth = 100;

/**
 * Finds passages by their words, by their meaning, or by both fused. A phrase in quotes must match as it stands, so
 * with one the vectors only help to order what matched.
 */
export async function searchPassages(
  { db, embedQuery }: Pick<ReadApiPorts, 'db' | 'embedQuery'>,
  { q, mode, scope, limit }: SearchRequest,
): Promise<SearchAnswer> {
  const query = parseQuery(q);
  const [embedded, size] = await Promise.all([embedQuery(query.words), sizeOf(db, scope)]);
  const places = Math.max(depth, limit);
  const [text, vector] = await Promise.all([
    mode === 'vector' ? [] : rankByText(db, query, scope, size, places),
    mode === 'text' ? [] : rankByVector(db, embedded, scope, size, places),
  ]);
  const byText = ranked(text);
  const mustMatch = mode === 'hybrid' && query.phrases.length > 0;
  const byVector = ranked(mustMatch ? vector.filter(({ id }) => byText.has(id)) : vector);
  const order = mode === 'text' ? text : mode === 'vector' ? vector : fuse([byText, byVector]);

  const chosen = order.slice(0, limit);
  const passages = await shown(db, chosen, query.words);
  const hits = chosen.flatMap(({ id, score }): SearchHit[] => {
    const passage = passages.get(id);
    const [textPart, vectorPart] = [byText.get(id), byVector.get(id)];
    if (!passage) return [];
    return [
      {
        ...passage,
        score,
        parts: { ...(textPart && { text: textPart }), ...(vectorPart && { vector: vectorPart }) },
      },
    ];
  });
  return { mode, model: embedded.model, hits };
}

const shown = (db: Database, chosen: readonly { id: string }[], words: string) =>
  passageHits(
    db,
    chosen.map(({ id }) => id),
    words,
  );

/** The best passage of each document by meaning, the best document first. */
export async function searchDocuments(
  ports: Pick<ReadApiPorts, 'db' | 'embedQuery'>,
  { q, scope, limit }: Omit<SearchRequest, 'mode'>,
): Promise<Pick<SearchAnswer, 'model' | 'hits'>> {
  // Long documents hold many of the best places: look far enough down to meet other documents as well.
  const { model, hits } = await searchPassages(ports, { q, mode: 'vector', scope, limit: limit * 5 });
  const best = new Map<string, SearchHit>();
  for (const hit of hits) if (!best.has(hit.documentId)) best.set(hit.documentId, hit);
  return { model, hits: [...best.values()].slice(0, limit) };
}
