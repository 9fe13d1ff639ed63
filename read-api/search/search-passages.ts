import type { Database } from '#platform/clients/postgres';
import type { SearchAnswer, SearchHit } from '../contract.ts';
import type { QueryVector, ReadApiPorts, Rerank } from '../ports.ts';
import { passageHits } from '../queries/passage-hits.ts';
import type { SearchScope } from '../queries/search-scope.ts';
import { parseQuery } from './query-text.ts';
import { rankPassages } from './rank-passages.ts';
import { rerankAnyway, rerankDepth } from './rerank-passages.ts';

type Ports = Pick<ReadApiPorts, 'db' | 'embedQuery' | 'rerank'>;

export type SearchRequest = {
  readonly q: string;
  readonly mode: SearchAnswer['mode'];
  readonly scope: SearchScope;
  readonly limit: number;
};

/**
 * Finds passages by their words, by their meaning, or by both fused. A phrase in quotes must match as it stands, so
 * with one the vectors only help to order what matched. Where a reranker is set up it orders what both found, and while it
 * is away the answer says so and is in the order of the rankings.
 */
export async function searchPassages(ports: Ports, request: SearchRequest): Promise<SearchAnswer> {
  const { mode } = request;
  // A search by words alone needs no model, so it works while the models are away.
  const embedded = mode === 'text' ? undefined : await ports.embedQuery(parseQuery(request.q).words);
  const rerank = mode === 'hybrid' ? ports.rerank : undefined;
  const { hits, ...reranked } = await findPassages(ports.db, request, embedded, rerank);
  return { mode, ...(embedded && { model: embedded.model }), ...reranked, hits };
}

async function findPassages(
  db: Database,
  { q, mode, scope, limit }: SearchRequest,
  embedded: QueryVector | undefined,
  rerank?: Rerank,
): Promise<Pick<SearchAnswer, 'hits' | 'reranker' | 'withoutReranker'>> {
  const query = parseQuery(q);
  const ranking = await rankPassages(db, query, embedded, { mode, scope, places: limit });
  const chosen = ranking.order.slice(0, rerank ? Math.max(limit, rerankDepth) : limit);
  const passages = await shown(db, chosen, query.words);
  const { order, byReranker, ...said } = await rerankAnyway(rerank, q, chosen, passages);
  const hits = order.flatMap(({ id, score }): SearchHit[] => {
    const passage = passages.get(id);
    const [text, vector, reranker] = [ranking.byText.get(id), ranking.byVector.get(id), byReranker?.get(id)];
    if (!passage) return [];
    const parts = { ...(text && { text }), ...(vector && { vector }), ...(reranker && { reranker }) };
    return [{ ...passage, score, parts }];
  });
  return { ...said, hits: hits.slice(0, limit) };
}

const shown = (db: Database, chosen: readonly { id: string }[], words: string) =>
  passageHits(
    db,
    chosen.map(({ id }) => id),
    words,
  );

/** The best passage of each document by meaning, the best document first. */
export async function searchDocuments(
  { db, embedQuery }: Omit<Ports, 'rerank'>,
  { q, scope, limit }: Omit<SearchRequest, 'mode'>,
): Promise<{ model: string; hits: SearchHit[] }> {
  const embedded = await embedQuery(parseQuery(q).words);
  // Long documents hold many of the best places: look far enough down to meet other documents as well.
  const request = { q, mode: 'vector', scope, limit: limit * 5 } as const;
  const { hits } = await findPassages(db, request, embedded);
  const best = new Map<string, SearchHit>();
  for (const hit of hits) if (!best.has(hit.documentId)) best.set(hit.documentId, hit);
  return { model: embedded.model, hits: [...best.values()].slice(0, limit) };
}
