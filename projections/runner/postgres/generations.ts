import { and, asc, desc, eq, ne, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Database, Transaction } from '#platform/clients/postgres';
import type { PostgresReadModel } from '../../read-model.ts';
import { projectionCheckpoint, projectionGeneration } from '../control-tables.ts';
import { partitionsOf } from '../partition-of.ts';
import type { Generation } from '../read-model-store.ts';
import { createTable } from './create-table.ts';
import { generationSchema } from './names.ts';
import { partTables } from './tables.ts';
import { lockingBriefly } from './transaction.ts';
import { showGeneration } from './views.ts';

export type GenerationRow = typeof projectionGeneration.$inferSelect;

export const isGeneration = (name: string, generation: number) =>
  and(eq(projectionGeneration.name, name), eq(projectionGeneration.generation, generation));

function toGeneration({ state, rebuildId, madeBy, ...row }: GenerationRow): Generation {
  if (state === 'dropped') throw new Error(`Generation ${row.generation} of ${row.name} was dropped.`);
  const { generation, version, partitions, createdAt, changedAt } = row;
  return {
    ...{ generation, version, state, partitions, createdAt, changedAt },
    ...(rebuildId !== null && { rebuildId }),
    ...(madeBy !== null && { madeBy }),
  };
}

export async function listGenerations(db: Database, name: string): Promise<readonly Generation[]> {
  const rows = await db
    .select()
    .from(projectionGeneration)
    .where(and(eq(projectionGeneration.name, name), ne(projectionGeneration.state, 'dropped')))
    .orderBy(asc(projectionGeneration.generation));
  return rows.map(toGeneration);
}

export type CreateOptions = {
  readonly version: number;
  readonly state: 'live' | 'building';
  readonly partitions: number;
  readonly rebuildId?: string;
};

/**
 * Makes an empty generation. That of a rebuild which has one already is answered as it is: an answer may have been lost.
 *
 * @throws {Error} if a live one is asked for, and there is one
 */
export async function createGeneration(
  pool: pg.Pool,
  model: PostgresReadModel,
  options: CreateOptions,
): Promise<Generation> {
  const { name } = model;
  return lockingBriefly(pool, async (transaction) => {
    // Whoever comes second waits here. Two projections may ask for the same extension, so they wait for each other too.
    await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtext('casefold:create-generation'))`);
    const rows = await transaction
      .select()
      .from(projectionGeneration)
      .where(eq(projectionGeneration.name, name))
      .orderBy(desc(projectionGeneration.generation));
    if (options.state === 'live' && rows.some(({ state }) => state === 'live'))
      throw new Error(`${name} has a live generation already.`);
    const there = rows.find(
      ({ state, rebuildId }) => state !== 'dropped' && rebuildId !== null && rebuildId === options.rebuildId,
    );
    if (there) return toGeneration(there);
    const generation = (rows[0]?.generation ?? 0) + 1;
    await makeTables(transaction, model, generation);
    if (options.state === 'live') {
      const schema = generationSchema(name, generation);
      for (const statement of model.indexes(schema)) await transaction.execute(statement);
      await showGeneration(transaction, model, schema);
    }
    await transaction.insert(projectionCheckpoint).values(
      partitionsOf(options.partitions).map((partition) => ({
        ...{ name, generation, partition, applied: {} },
        ...{ position: -1n, fence: 0n },
      })),
    );
    const [created] = await transaction
      .insert(projectionGeneration)
      .values({
        ...{ name, generation, ...options, indexed: options.state === 'live' },
        madeBy: model.madeBy?.model ?? null,
      })
      .returning();
    return toGeneration(created as GenerationRow);
  });
}

async function makeTables(
  transaction: Transaction,
  model: PostgresReadModel,
  generation: number,
): Promise<void> {
  const schema = generationSchema(model.name, generation);
  for (const statement of [
    ...(model.prerequisites ?? []),
    // Where the control plane was wiped and the content was not, its numbers come again.
    `DROP SCHEMA IF EXISTS "${schema}" CASCADE`,
    `CREATE SCHEMA "${schema}"`,
    ...partTables(model, generation).all.map(({ table }) => createTable(table)),
  ])
    await transaction.execute(statement);
}

/** @throws {Error} unless it is building or ready */
export async function markGeneration(
  db: Database,
  name: string,
  generation: number,
  state: 'building' | 'ready',
): Promise<void> {
  await db.transaction(async (transaction) => {
    const row = await holdGeneration(transaction, name, generation);
    if (row.state === 'live' || row.state === 'retired')
      throw new Error(`Generation ${generation} of ${name} is ${row.state}: it is no longer being built.`);
    if (row.state === state) return;
    await transaction
      .update(projectionGeneration)
      .set({ state, changedAt: sql`now()` })
      .where(isGeneration(name, generation));
  });
}

/** The row of a generation, locked until the transaction ends. @throws {Error} if there is none */
export async function holdGeneration(
  transaction: Transaction,
  name: string,
  generation: number,
): Promise<GenerationRow> {
  const [row] = await transaction
    .select()
    .from(projectionGeneration)
    .where(isGeneration(name, generation))
    .for('update');
  if (!row || row.state === 'dropped') throw new Error(`${name} has no generation ${generation}.`);
  return row;
}

/** Takes a generation away with its content. @throws {Error} for the live one */
export async function dropGeneration(
  pool: pg.Pool,
  { name }: PostgresReadModel,
  generation: number,
): Promise<void> {
  await lockingBriefly(pool, async (transaction) => {
    const [row] = await transaction
      .select()
      .from(projectionGeneration)
      .where(isGeneration(name, generation))
      .for('update');
    if (!row || row.state === 'dropped') return;
    if (row.state === 'live') throw new Error(`Generation ${generation} of ${name} is live.`);
    // Before its tables: a worker that is writing has the checkpoint too, and is waited for.
    await transaction
      .delete(projectionCheckpoint)
      .where(and(eq(projectionCheckpoint.name, name), eq(projectionCheckpoint.generation, generation)));
    // With views that show what no newer generation has any more.
    await transaction.execute(`DROP SCHEMA IF EXISTS "${generationSchema(name, generation)}" CASCADE`);
    await transaction
      .update(projectionGeneration)
      .set({ state: 'dropped', changedAt: sql`now()` })
      .where(isGeneration(name, generation));
  });
}
