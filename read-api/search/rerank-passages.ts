import { isModelAway } from '../http/store-away.ts';
import type { Rerank } from '../ports.ts';
import type { PassageHit } from '../queries/passage-hits.ts';
import type { RankPart } from './rank-fusion.ts';

/** Passages that are read once more: whoever searches looks at the first dozen, and waits for each. */
export const rerankDepth = 30;

type Scored = { readonly id: string; readonly score: number };
type Passages = ReadonlyMap<string, Pick<PassageHit, 'section' | 'text'>>;
export type Reranked = {
  readonly order: readonly Scored[];
  readonly byReranker?: ReadonlyMap<string, RankPart>;
  /** Which model gave the order. */
  readonly reranker?: string;
  /** Why none did. */
  readonly withoutReranker?: string;
};

/** As `rerankPassages`; while the reranker is away, and where there is none, the order stays what it was. */
export async function rerankAnyway(
  rerank: Rerank | undefined,
  query: string,
  order: readonly Scored[],
  passages: Passages,
): Promise<Reranked> {
  if (!rerank || passages.size === 0) return { order };
  try {
    return await rerankPassages(rerank, query, order, passages);
  } catch (error) {
    if (!isModelAway(error)) throw error;
    return { order, withoutReranker: error.message };
  }
}

/**
 * Puts the first passages found into the order of a model that reads each together with the query. Those that it gives no
 * score come after those with one, and what lies deeper after all of them, each in the order that there was.
 *
 * @param order as the rankings were fused, the best first
 * @param passages what is there to read; one that is gone keeps no place
 * @throws as the port does
 */
export async function rerankPassages(
  rerank: Rerank,
  query: string,
  order: readonly Scored[],
  passages: Passages,
): Promise<Reranked> {
  const there = order.filter(({ id }) => passages.has(id));
  const first = there.slice(0, rerankDepth);
  const { model, scores } = await rerank(
    query,
    first.map(({ id }) => {
      const { section, text = '' } = passages.get(id) ?? {};
      return section ? `${section}\n${text}` : text;
    }),
  );
  const scored = first
    .flatMap((found, at) => (typeof scores[at] === 'number' ? [{ found, score: scores[at] }] : []))
    .sort((a, b) => b.score - a.score);
  const byReranker = new Map(scored.map(({ found, score }, at) => [found.id, { rank: at + 1, score }]));
  const rest = there.filter(({ id }) => !byReranker.has(id));
  return { reranker: model, order: [...scored.map(({ found }) => found), ...rest], byReranker };
}
