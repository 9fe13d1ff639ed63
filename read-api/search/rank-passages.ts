import type { Database } from '#platform/clients/postgres';
import type { SearchAnswer } from '../contract.ts';
import type { QueryVector } from '../ports.ts';
import { rankByText } from '../queries/passage-text.ts';
import { drawnTowards, rankByVector } from '../queries/passage-vectors.ts';
import { type SearchScope, sizeOf } from '../queries/search-scope.ts';
import type { QueryText } from './query-text.ts';
import { fuse, type RankPart, ranked } from './rank-fusion.ts';

/** Places of each ranking that take part in the fusion: what is beyond adds next to nothing. */
const depth = 100;
/** What a place among the words counts, and one among the vectors: see docs/decisions/0018. */
const weights = { text: 1, vector: 0.5 };
/** The first passages found, from which the vectors learn what else to look for. */
const learntFrom = 3;

type Scored = readonly { readonly id: string; readonly score: number }[];
export type RankedPassages = {
  readonly order: Scored;
  readonly byText: ReadonlyMap<string, RankPart>;
  readonly byVector: ReadonlyMap<string, RankPart>;
};

/**
 * Ranks passages by their words, by their vectors, or by both: both are fused, the vectors look once more for what is
 * like the best of that, and are fused again with the words.
 *
 * @param embedded the query's vector; without one there are only words
 */
export async function rankPassages(
  db: Database,
  query: QueryText,
  embedded: QueryVector | undefined,
  { mode, scope, places }: { mode: SearchAnswer['mode']; scope: SearchScope; places: number },
): Promise<RankedPassages> {
  const size = await sizeOf(db, scope);
  const most = Math.max(depth, places);
  const [text, vector] = await Promise.all([
    mode === 'vector' ? [] : rankByText(db, query, scope, size, most),
    embedded ? rankByVector(db, embedded, scope, size, most) : [],
  ]);
  if (mode !== 'hybrid' || !embedded) {
    return { order: mode === 'vector' ? vector : text, byText: ranked(text), byVector: ranked(vector) };
  }
  const mustMatch = query.phrases.length > 0;
  const first = fuseBoth(text, vector, mustMatch);
  const best = first.order.slice(0, learntFrom).map(({ id }) => id);
  if (best.length === 0) return first;
  const learnt = await drawnTowards(db, embedded, best);
  return fuseBoth(text, await rankByVector(db, learnt, scope, size, most), mustMatch);
}

function fuseBoth(text: Scored, vector: Scored, mustMatch: boolean): RankedPassages {
  const byText = ranked(text);
  const byVector = ranked(mustMatch ? vector.filter(({ id }) => byText.has(id)) : vector);
  const order = fuse([
    { ranking: byText, weight: weights.text },
    { ranking: byVector, weight: weights.vector },
  ]);
  return { order, byText, byVector };
}
