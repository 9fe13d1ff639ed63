import type { Database } from '#platform/clients/postgres';
import type { SearchAnswer, SearchHit } from '../contract.ts';
import type { QueryVector, ReadApiPorts } from '../ports.ts';
import { passageHits } from '../queries/passage-hits.ts';
import type { SearchScope } from '../queries/search-scope.ts';
import { parseQuery } from './query-text.ts';
import { rankPassages } from './rank-passages.ts';

type Ports = Pick<ReadApiPorts, 'db' | 'embedQuery'>;

export type SearchRequest = {
  readonly q: string;
  readonly mode: SearchAnswer['mode'];
  readonly scope: SearchScope;
  readonly limit: number;
};

/**
 * Finds passages by their words, by their meaning, or by both fused. A phrase in quotes must match as it stands, so
 * with one the vectors only help to order what matched.
 */
export async function searchPassages(ports: Ports, request: SearchRequest): Promise<SearchAnswer> {
  // A search by words alone needs no model, so it works while the models are away.
  const embedded = request.mode === 'text' ? undefined : await ports.embedQuery(parseQuery(request.q).words);
  const hits = await findPassages(ports.db, request, embedded);
  return { mode: request.mode, ...(embedded && { model: embedded.model }), hits };
}

async function findPassages(
  db: Database,
  { q, mode, scope, limit }: SearchRequest,
  embedded: QueryVector | undefined,
): Promise<SearchHit[]> {
  const query = parseQuery(q);
  const { order, byText, byVector } = await rankPassages(db, query, embedded, { mode, scope, places: limit });
  const chosen = order.slice(0, limit);
  const passages = await shown(db, chosen, query.words);
  return chosen.flatMap(({ id, score }): SearchHit[] => {
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
}

const shown = (db: Database, chosen: readonly { id: string }[], words: string) =>
  passageHits(
    db,
    chosen.map(({ id }) => id),
    words,
  );

/** The best passage of each document by meaning, the best document first. */
export async function searchDocuments(
  { db, embedQuery }: Ports,
  { q, scope, limit }: Omit<SearchRequest, 'mode'>,
): Promise<{ model: string; hits: SearchHit[] }> {
  const embedded = await embedQuery(parseQuery(q).words);
  // Long documents hold many of the best places: look far enough down to meet other documents as well.
  const request = { q, mode: 'vector', scope, limit: limit * 5 } as const;
  const hits = await findPassages(db, request, embedded);
  const best = new Map<string, SearchHit>();
  for (const hit of hits) if (!best.has(hit.documentId)) best.set(hit.documentId, hit);
  return { model: embedded.model, hits: [...best.values()].slice(0, limit) };
}
