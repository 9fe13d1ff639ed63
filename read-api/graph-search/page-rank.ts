/** A connection between two nodes, by their numbers; it leads both ways, and more weight takes a larger share along. */
export type Link = { readonly from: number; readonly to: number; readonly weight: number };

/** The chance that a walk goes on along a link, rather than beginning anew anywhere; the value of the paper. */
const damping = 0.85;
/** The ranks are settled when a round moves less than this in all. */
const settled = 1e-9;
const mostRounds = 200;

export type PageRanks = { readonly ranks: Float64Array; readonly rounds: number };

/**
 * PageRank (Page, Brin, Motwani and Winograd 1999) by power iteration, over links that lead both ways. What would come to a
 * node without links is shared among all.
 *
 * @param size how many nodes there are, numbered from 0
 * @param links weights above 0; several between the same two add up
 * @returns a share for each node, all together 1; links end at known nodes only
 * @throws {RangeError} for a link to a node there is not, or without weight
 */
export function pageRank(size: number, links: readonly Link[]): PageRanks {
  const out = new Float64Array(size);
  for (const { from, to, weight } of links) {
    if (!(from in out) || !(to in out)) throw new RangeError(`There is no link between ${from} and ${to}.`);
    if (!(weight > 0)) throw new RangeError(`A link between ${from} and ${to} weighs ${weight}.`);
    out[from] = (out[from] ?? 0) + weight;
    out[to] = (out[to] ?? 0) + weight;
  }
  let ranks = new Float64Array(size).fill(1 / Math.max(1, size));
  let rounds = 0;
  for (let moved = Number.POSITIVE_INFINITY; size > 0 && moved > settled && rounds < mostRounds; rounds++) {
    const next = nextRanks(ranks, out, links);
    moved = next.reduce((sum, rank, at) => sum + Math.abs(rank - (ranks[at] ?? 0)), 0);
    ranks = next;
  }
  return { ranks, rounds };
}

function nextRanks(ranks: Float64Array, out: Float64Array, links: readonly Link[]) {
  const adrift = ranks.reduce((sum, rank, at) => sum + (out[at] === 0 ? rank : 0), 0);
  const next = new Float64Array(ranks.length).fill((1 - damping + damping * adrift) / ranks.length);
  const pass = (from: number, to: number, weight: number) => {
    next[to] = (next[to] ?? 0) + (damping * (ranks[from] ?? 0) * weight) / (out[from] ?? 1);
  };
  for (const { from, to, weight } of links) {
    pass(from, to, weight);
    pass(to, from, weight);
  }
  return next;
}
