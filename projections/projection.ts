import type { ManagedTransaction } from 'neo4j-driver';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import type { GraphSchema } from '#platform/graph-schema';

type Named = {
  /** Durable identity: checkpoints, tables and keys are named after it. */
  readonly name: string;
  /** Raised when the same log should give other content. */
  readonly version: number;
  /** The event types it takes. */
  readonly types: readonly string[];
  /** Events of the log that a batch looks at, at the most; fewer where one event is much work. */
  readonly batchSize?: number;
};

/** A change of a generation's tables, inside one transaction. */
export type PostgresChange = (transaction: Transaction, schema: string) => Promise<void>;

/** What a batch comes to. */
export type PostgresFold = {
  readonly change: PostgresChange;
  /**
   * For a huge document: parts of it that are written before the change, each in a transaction of its own, so that nobody
   * waits long for the one session of the embedded engine. Each must come to the same when it is run again, or run by
   * two workers at once: upserts of rows that follow from the event alone. None is written once the checkpoint has moved.
   */
  readonly ahead?: readonly PostgresChange[];
};

/**
 * A read model in Postgres. Its tables live in a schema of their own for each generation; readers see them through
 * views of the same names in schema `read`.
 */
export type PostgresProjection = Named & {
  readonly sink: 'postgres';
  /** Names of its tables, the same in every generation. */
  readonly tables: readonly string[];
  /** DDL that makes the tables in a schema. */
  createTables(schema: string): readonly string[];
  /** DDL for what only speeds up reading; made last when a generation is built in bulk. */
  createIndexes(schema: string): readonly string[];
  /**
   * Folds a batch, in log order. What takes time (reading blobs, embedding) is done before the promise resolves; the
   * change it answers is then made in the transaction that also moves the checkpoint.
   */
  fold(events: readonly RecordedEvent[]): Promise<PostgresFold> | PostgresFold;
};

/** A read model in the graph. Every node id begins with `<generation>:`. */
export type GraphProjection = Named & {
  readonly sink: 'graph';
  readonly schema: GraphSchema;
  apply(transaction: ManagedTransaction, generation: number, events: readonly RecordedEvent[]): Promise<void>;
};

/** A read model in the cache: reads what it needs, answers what changes; the runner writes it with the checkpoint. */
export type CacheProjection = Named & {
  readonly sink: 'cache';
  apply(
    read: (keys: readonly string[]) => Promise<(string | undefined)[]>,
    prefix: string,
    events: readonly RecordedEvent[],
  ): Promise<ReadonlyMap<string, string | undefined>>;
};

export type Projection = PostgresProjection | GraphProjection | CacheProjection;
