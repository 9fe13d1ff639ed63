import type { Driver } from 'neo4j-driver';
import { z } from 'zod';
import type { ReadCache } from '#platform/ports';
import { inLiveGraph, type LiveGraph } from '../queries/live-graph.ts';
import { rankDocuments } from './case-network.ts';

const ranksSchema = z.object({
  /** The generation of the graph and the positions of its partitions that the ranks were worked out at. */
  at: z.string(),
  ranks: z.record(z.string(), z.number()),
});
/** The PageRank of each document of a case, and where the graph stood. */
export type CaseRanks = z.infer<typeof ranksSchema>;

const checkpoints = `
  MATCH (c:ProjectionCheckpoint) WHERE c.id > $start AND c.id < $end
  RETURN c.id AS id, c.position AS position ORDER BY id`;
const checkpointSchema = z.object({ id: z.string(), position: z.string() });

async function standOf(live: LiveGraph): Promise<string> {
  const prefix = `case-graph:${live.range.start}`;
  const rows = await live.rows(
    checkpoints,
    { start: prefix, end: `${prefix.slice(0, -1)};` },
    checkpointSchema,
  );
  return `${live.range.start}${rows.map(({ position }) => position).join(',')}`;
}

/**
 * Ranks kept in the cache of reads. Whoever asks first for a case waits for them; afterwards the ranks there are served as
 * they are, and worked out anew beside it when the graph has grown.
 *
 * @param failed told when that goes wrong; the ranks there are stay
 */
export function createCaseRanks(graph: Driver, cache: ReadCache, failed: (error: unknown) => void) {
  const atWork = new Map<string, Promise<CaseRanks>>();
  const keyOf = (caseId: string) => `case-ranks:${caseId}`;

  const workOut = (caseId: string): Promise<CaseRanks> =>
    inLiveGraph(graph, async (live) => {
      const at = await standOf(live);
      const { ranks } = await rankDocuments(live, caseId);
      const made = { at, ranks: Object.fromEntries(ranks) };
      await cache.commit({ sets: [{ key: keyOf(caseId), value: JSON.stringify(made) }] });
      return made;
    });

  function once(caseId: string): Promise<CaseRanks> {
    const running = atWork.get(caseId) ?? workOut(caseId).finally(() => atWork.delete(caseId));
    atWork.set(caseId, running);
    return running;
  }

  return async (caseId: string): Promise<CaseRanks> => {
    const kept = await cache.get(keyOf(caseId));
    if (kept === undefined) return once(caseId);
    const ranks = ranksSchema.parse(JSON.parse(kept));
    if ((await inLiveGraph(graph, standOf)) !== ranks.at) once(caseId).catch(failed);
    return ranks;
  };
}
