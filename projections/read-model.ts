import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { RecordedEvent } from '#domain/event';
import type { GraphSchema } from '#platform/graph-schema';
import type { Entries, EntryKey, Need, Part } from './entries.ts';

/** A table of a read model; each generation has its own, in a schema of its own. */
export type TablePart<Row extends object = object> = Part<Row> & {
  readonly kind: 'table';
  table(schema: string): PgTable;
  /** Property names of the primary key's columns. */
  readonly keyColumns: readonly string[];
  /** Property name of the column that holds the owner. */
  readonly ownerColumn?: string;
};

/** Nodes of one label. An entry is its properties; `id` without the generation, which the store puts before it. */
export type NodePart<Node extends { readonly id: string } = { readonly id: string }> = Part<Node> & {
  readonly kind: 'node';
  readonly label: string;
};

/** Edges of one type between two labels. `from` and `to` are ids of nodes that exist, without the generation. */
export type EdgePart<Edge extends EdgeEnds = EdgeEnds> = Part<Edge> & {
  readonly kind: 'edge';
  readonly type: string;
  readonly from: string;
  readonly to: string;
};
export type EdgeEnds = { readonly from: string; readonly to: string };

/** Values of one key space, `<prefix><key>`; kept as JSON. */
export type KeyPart<Value extends object = object> = Part<Value> & {
  readonly kind: 'key';
  readonly prefix: string;
};

/** Where a model makes the content: which one, those there are to choose from, and the same read model by another. */
export type MadeBy = {
  readonly model: string;
  readonly choices: readonly string[];
  /** A generation made by one that is no choice (any more) stands still until it is one again, and says so. */
  by(model: string): ReadModel;
};

type Fold = {
  /** Durable identity: checkpoints, tables and keys are named after it. */
  readonly name: string;
  /** Raised when the same log should give other content. */
  readonly version: number;
  /** A generation keeps to the model that made it, whatever the choice is for new ones. */
  readonly madeBy?: MadeBy;
  /** The event types it takes; the server sends a rebuild no others. */
  readonly types: readonly string[];
  /** Events of the log that a live batch looks at, at the most; fewer where one event is much work. */
  readonly batchSize?: number;
  /** True if each entry is shaped by events of one stream alone: a generation may then be split by stream. */
  readonly partitionable?: boolean;
  /** The entries that folding an event reads. */
  needs?(event: RecordedEvent): readonly Need[];
  /**
   * Done before a batch is folded, where content is needed that the event only names: blobs, which never change, and
   * what a model makes of them. The events are folded together or not at all, so an event that a later one of the
   * same batch makes void need not be looked into.
   *
   * @returns what `fold` is given, by the id of the event; an event that has nothing to prepare is not in it
   */
  prepare?(events: readonly RecordedEvent[]): Promise<ReadonlyMap<string, unknown>>;
  /** Bytes, about, that are held for an event once it is prepared: batches are cut where it would be too many. */
  weigh?(event: RecordedEvent): number;
  /** Folds one event; pure, and the same whenever it is done again. Throws if the event cannot be understood. */
  fold(event: RecordedEvent, entries: Entries, prepared: unknown): void;
  /** The streams whose events may shape an entry; undefined where only the whole log can tell. */
  streamsOf?(part: string, key: EntryKey): readonly string[] | undefined;
};

/** A read model in Postgres: readers see the live generation's tables through views in schema `read`. */
export type PostgresReadModel = Fold & {
  readonly sink: 'postgres';
  readonly parts: readonly TablePart[];
  /** Whatever has to be there before the tables: extensions. */
  readonly prerequisites?: readonly string[];
  /** DDL for what only speeds up reading; made last when a generation is built. */
  indexes(schema: string): readonly string[];
};

/** A read model in the graph: the ids of a generation's nodes begin with `g<generation>:`. */
export type GraphReadModel = Fold & {
  readonly sink: 'graph';
  readonly parts: readonly (NodePart | EdgePart)[];
  readonly schema: GraphSchema;
};

/** A read model in the cache: a generation's keys begin with `<name>:g<generation>:`. */
export type CacheReadModel = Fold & { readonly sink: 'cache'; readonly parts: readonly KeyPart[] };

export type ReadModel = PostgresReadModel | GraphReadModel | CacheReadModel;

/** A part over a Drizzle table. */
export function tablePart<Table extends PgTable, Row extends object = Table['$inferSelect']>(
  table: (schema: string) => Table,
  {
    name,
    key,
    owner,
  }: {
    readonly name: string;
    readonly key: readonly (keyof NoInfer<Row> & string)[];
    readonly owner?: keyof NoInfer<Row> & string;
  },
): TablePart<Row> {
  return {
    kind: 'table',
    name,
    table,
    keyColumns: key,
    keyOf: (row) => key.map((column) => row[column] as string | bigint),
    ...(owner && { ownerColumn: owner, ownerOf: (row: Row) => String(row[owner]) }),
  };
}

export const nodePart = <Node extends { readonly id: string }>(label: string): NodePart<Node> => ({
  kind: 'node',
  name: label,
  label,
  keyOf: ({ id }) => [id],
});

/** Edges belong to the node they start from, where they are replaced as a set. */
export const edgePart = <Edge extends EdgeEnds>(
  type: string,
  { from, to }: EdgeEnds,
  { owned = false }: { readonly owned?: boolean } = {},
): EdgePart<Edge> => ({
  kind: 'edge',
  name: type,
  type,
  from,
  to,
  keyOf: (edge) => [edge.from, edge.to],
  ...(owned && { ownerOf: (edge: Edge) => edge.from }),
});

export const keyPart = <Value extends object>(
  prefix: string,
  keyOf: (value: Value) => string,
): KeyPart<Value> => ({ kind: 'key', name: prefix, prefix, keyOf: (value) => [keyOf(value)] });

/** The columns of a table by property name. */
export type Columns = Readonly<Record<string, PgColumn>>;
