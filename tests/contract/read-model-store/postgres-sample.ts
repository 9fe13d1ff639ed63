import { randomBytes } from 'node:crypto';
import {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  real,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { type Changes, createEntryBatch, type Entries } from '#projections/entries';
import { passageVectorsTables } from '#projections/passage-vectors/table';
import { type PostgresReadModel, tablePart } from '#projections/read-model';
import type { Commit } from '#projections/runner/read-model-store';

const search = customType<{ data: string }>({ dataType: () => 'tsvector' });
const position = () => bigint('last_position', { mode: 'bigint' }).notNull();

/** A read model with a column of every type there is, a part with owners, and one in the order of the log. */
export function sampleModel() {
  const id = randomBytes(4).toString('hex');
  const everything = tablePart(
    (schema: string) =>
      pgSchema(schema).table(
        `everything_${id}`,
        {
          first: text('first').notNull(),
          second: bigint('second', { mode: 'bigint' }).notNull(),
          words: text('words'),
          search: search('search').generatedAlwaysAs("to_tsvector('english', words)"),
          whole: integer('whole'),
          size: bigint('size', { mode: 'number' }),
          big: bigint('big', { mode: 'bigint' }),
          yes: boolean('yes'),
          day: date('day', { mode: 'string' }),
          at: timestamp('at', { withTimezone: true, precision: 3 }),
          json: jsonb('json').$type<unknown>(),
          list: text('list').array(),
          exact: doublePrecision('exact'),
          rough: real('rough'),
          lastPosition: position(),
        },
        (table) => [primaryKey({ columns: [table.first, table.second] })],
      ),
    { name: `everything_${id}`, key: ['first', 'second'] },
  );
  const logged = tablePart(
    (schema: string) =>
      pgSchema(schema).table(`logged_${id}`, {
        position: bigint('position', { mode: 'bigint' }).primaryKey(),
        note: text('note').notNull(),
      }),
    { name: `logged_${id}`, key: ['position'] },
  );
  const owned = tablePart(
    (schema: string) =>
      pgSchema(schema).table(`owned_${id}`, {
        id: text('id').primaryKey(),
        document: text('document').notNull(),
        lastPosition: position(),
      }),
    { name: `owned_${id}`, key: ['id'], owner: 'document' },
  );
  const texts = tablePart(
    (schema: string) =>
      pgSchema(schema).table(`texts_${id}`, { id: text('id').primaryKey(), text: text('text').notNull() }),
    { name: `texts_${id}`, key: ['id'] },
  );
  const model: PostgresReadModel = {
    name: `sample-${id}`,
    version: 1,
    sink: 'postgres',
    types: ['Happened'],
    parts: [everything, logged, owned, texts],
    partitionable: true,
    indexes: (schema) => [`CREATE INDEX ON "${schema}"."everything_${id}" USING gin (search)`],
    fold: () => undefined,
  };
  return { model, everything, logged, owned, texts };
}

export type Sample = ReturnType<typeof sampleModel>;
export type EverythingRow = Omit<Parameters<Sample['everything']['keyOf']>[0], 'search'>;

/** A read model with vectors that belong to documents. */
export function vectorModel(dimensions: number) {
  const vectors = tablePart((schema) => passageVectorsTables(schema, dimensions).passageVector, {
    name: 'passage_vector',
    key: ['passageId'],
    owner: 'documentId',
  });
  const model: PostgresReadModel = {
    name: `vectors-${randomBytes(4).toString('hex')}`,
    version: 1,
    sink: 'postgres',
    types: [],
    parts: [vectors],
    prerequisites: ['CREATE EXTENSION IF NOT EXISTS vector'],
    indexes: () => [],
    fold: () => undefined,
  };
  return { model, vectors };
}

/** What a fold changes that asks for nothing. */
export function changesOf(
  { parts }: PostgresReadModel,
  at: bigint,
  fold: (entries: Entries) => void,
): Changes {
  const batch = createEntryBatch(parts, { has: () => false, get: () => undefined });
  batch.at(at);
  fold(batch);
  return batch.changes();
}

export const commitOf = (
  from: bigint,
  upTo: bigint,
  changes: Changes,
  more: Partial<Commit> = {},
): Commit => ({
  partition: 0,
  fence: 1n,
  from,
  upTo,
  changes,
  applied: { Happened: 1 },
  ...more,
});

/** A row with these in it, and nothing else. */
export const rowOf = (row: Partial<EverythingRow> & { readonly first: string }): never =>
  ({
    ...{ second: 0n, words: null, whole: null, size: null, big: null, yes: null, day: null, at: null },
    ...{ json: null, list: null, exact: null, rough: null, lastPosition: 0n },
    ...row,
  }) as never;
