import type { GraphWeights } from '#platform/graph-weights';
import { documentOf } from '#projections/document-passages/table';
import type { GraphHit, GraphSearchAnswer } from '../contract.ts';
import type { ReadApiPorts } from '../ports.ts';
import { inLiveGraph } from '../queries/live-graph.ts';
import { passageHits } from '../queries/passage-hits.ts';
import { rankByVector } from '../queries/passage-vectors.ts';
import { sizeOf } from '../queries/search-scope.ts';
import { parseQuery } from '../search/query-text.ts';
import { type Attention, attentionIn } from './case-network.ts';
import type { CaseRanks } from './case-ranks.ts';

export type GraphSearch = {
  readonly q: string;
  /** Left out, all cases. */
  readonly caseId: string | undefined;
  /** Whose search it is: what they have seen can be left out, and they are not among the others. */
  readonly userId: string;
  readonly unseen: boolean;
  readonly limit: number;
  readonly weights: GraphWeights;
};
type Ports = Pick<ReadApiPorts, 'db' | 'graph' | 'embedQuery'>;

/** Passages from which the documents come that take part. */
const passagesLookedAt = 1000;
/** Reports that may stand among the documents found, and are left out: they are no nodes that people look at. */
const reportsAmong = 20;
/** Cases of which documents take part, those with the nearest passages: of each, the ranks have to be there. */
const casesLookedAt = 20;
/** Somebody who likes a document says more for it than somebody who looked at it. */
const likeWeight = 2;
const nobody: Attention = { likes: [], viewers: [] };

/**
 * Documents by what they mean, by how central they are in the graph of their case, and by what others think of them.
 * Meaning is taken as a share of the highest of the documents found, what others think as one of the highest in the case.
 */
export async function searchGraph(
  { db, graph, embedQuery }: Ports,
  ranksOf: (caseId: string) => Promise<CaseRanks>,
  { q, caseId, userId, unseen, limit, weights }: GraphSearch,
): Promise<GraphSearchAnswer> {
  const { words } = parseQuery(q);
  const scope = { caseId };
  const [query, size] = await Promise.all([embedQuery(words), sizeOf(db, scope)]);
  const best = new Map<string, { passageId: string; caseId: string; cosine: number }>();
  for (const { id, caseId: of, score } of await rankByVector(db, query, scope, size, passagesLookedAt)) {
    const documentId = documentOf(id);
    if (!best.has(documentId)) best.set(documentId, { passageId: id, caseId: of, cosine: score });
  }
  // In the order of their nearest passages, which is that of the map.
  const found = new Set([...best.values()].map((each) => each.caseId));
  const looked = caseId === undefined ? [...found].slice(0, casesLookedAt) : [caseId];
  const standings = new Map(
    await Promise.all(
      looked.map(async (each) => [each, await standingIn(graph, ranksOf, each, userId)] as const),
    ),
  );

  const semantic = shareOfHighest([...best.values()].map(({ cosine }) => cosine));
  const scored = [...best].flatMap(([documentId, { passageId, caseId: of, cosine }]) => {
    const standing = standings.get(of);
    if (!standing) return [];
    const noticed = standing.attention.get(documentId) ?? nobody;
    const parts = {
      semantic: semantic(cosine),
      pageRank: standing.pageRank(documentId),
      social: standing.social(noticed),
    };
    return [
      {
        documentId,
        passageId,
        ...parts,
        score:
          weights.semantic * parts.semantic +
          weights.pageRank * parts.pageRank +
          weights.social * parts.social,
        socialBy: {
          likes: othersIn(noticed.likes, userId).length,
          viewers: othersIn(noticed.viewers, userId).length,
        },
        seen: noticed.likes.includes(userId) || noticed.viewers.includes(userId),
      },
    ];
  });
  const chosen = scored
    .filter(({ seen }) => !(unseen && seen))
    .sort((a, b) => b.score - a.score || (a.documentId < b.documentId ? -1 : 1))
    .slice(0, limit + reportsAmong);
  const ids = chosen.map(({ passageId }) => passageId);
  const passages = await passageHits(db, ids, words);
  const hits = chosen.flatMap(({ passageId, ...hit }): GraphHit[] => {
    const passage = passages.get(passageId);
    if (passage?.source !== 'document') return [];
    const { documentId: _, source: __, caseId: of, fileName, ...rest } = passage;
    return [{ ...hit, score: Math.min(1, hit.score), caseId: of, fileName, passage: rest }];
  });
  return {
    model: query.model,
    weights,
    rankedAt: [...new Set([...standings.values()].map(({ at }) => at))].sort().join(' '),
    hits: hits.slice(0, limit),
  };
}

/** What stands for a document in its case but its words: measures of how central it is, and what others think of it. */
async function standingIn(
  graph: Ports['graph'],
  ranksOf: (caseId: string) => Promise<CaseRanks>,
  caseId: string,
  userId: string,
) {
  const [{ at, ranks }, attention] = await Promise.all([
    ranksOf(caseId),
    inLiveGraph(graph, (live) => attentionIn(live, caseId)),
  ]);
  const pageRank = betweenLogarithms(Object.values(ranks));
  const social = shareOfHighest([...attention.values()].map((each) => interestOf(each, userId)));
  return {
    at,
    attention,
    pageRank: (documentId: string) => pageRank(ranks[documentId] ?? 0),
    social: (noticed: Attention) => social(interestOf(noticed, userId)),
  };
}

/** What a value is of the highest of them, in [0, 1]; 0 where all are 0. */
function shareOfHighest(values: readonly number[]): (value: number) => number {
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  return (value) => (highest === 0 ? 0 : Math.min(1, Math.max(0, value) / highest));
}

/**
 * Where a PageRank lies between the least and the most central document, by its logarithm: one long document that names
 * everything ranks so far above that in shares of it all others would be next to nothing.
 */
function betweenLogarithms(ranks: readonly number[]): (rank: number) => number {
  const lowest = Math.log(ranks.reduce((least, rank) => Math.min(least, rank), 1));
  const highest = Math.log(ranks.reduce((most, rank) => Math.max(most, rank), 0));
  return (rank) => {
    if (rank <= 0) return 0;
    return highest === lowest ? 1 : Math.min(1, Math.max(0, (Math.log(rank) - lowest) / (highest - lowest)));
  };
}

const othersIn = (people: readonly string[], userId: string) => people.filter((each) => each !== userId);

/** Ten who look at a document say more than one, but not ten times as much. */
const interestOf = ({ likes, viewers }: Attention, userId: string): number =>
  Math.log1p(likeWeight * othersIn(likes, userId).length + othersIn(viewers, userId).length);
