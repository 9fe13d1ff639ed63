import type { Driver } from 'neo4j-driver';
import type { BehaviourEntry } from '#domain/behaviour/events';
import type { Gate } from '#domain/delegation/delegation';
import type { Actor } from '#domain/event';
import type { Tier } from '#domain/user/events';
import type { Database } from '#platform/clients/postgres';
import type { GraphWeights } from '#platform/graph-weights';
import type { Logger } from '#platform/log';
import type { BlobStore, ReadCache } from '#platform/ports';
import type { PositionWaiter } from '#platform/position-waiter';
import type { PassingProgress } from './passing-progress.ts';
import type { ProjectionReadPorts } from './routes/projections.ts';

/** A query as a vector, and the name under which vectors of the same model are stored. */
export type QueryVector = { readonly vector: Float32Array; readonly model: string };

/**
 * How well each text answers the query, in the order of the texts, by a model that reads both together; null where it did
 * not say. Throws as a model that is away.
 */
export type Rerank = (
  query: string,
  texts: readonly string[],
) => Promise<{ readonly model: string; readonly scores: readonly (number | null)[] }>;

/** What the read API works with. */
export type ReadApiPorts = {
  readonly db: Database;
  readonly graph: Driver;
  readonly cache: ReadCache;
  readonly blobs: BlobStore;
  readonly positions: PositionWaiter;
  readonly progress: PassingProgress;
  /** In front of heavy work: what a person's tier does not allow is refused. */
  readonly gate: Gate;
  tierOf(userId: string): Promise<Tier>;
  /** Whether a search provider is set up, so that a question may look outside its case. */
  readonly searchesWeb: boolean;
  embedQuery(text: string): Promise<QueryVector>;
  /** Where a reranker is set up. */
  readonly rerank?: Rerank;
  /** What counts how much in a graph search that does not say. */
  readonly graphWeights: GraphWeights;
  /** Takes note of a read that is history: a search, a download. Must not throw, and nobody waits for it. */
  recordRead(actor: Actor, entry: BehaviourEntry): void;
  readonly projections: Omit<ProjectionReadPorts, 'positions'>;
  readonly log: Logger;
};
