import { and, eq, sql } from 'drizzle-orm';
import { type Database, isTransientPostgresError, type Transaction } from '#platform/clients/postgres';
import type { PostgresProjection } from '../projection.ts';
import { projectionCheckpoint, projectionGeneration } from './control-tables.ts';
import { generationSchema } from './postgres/names.ts';
import { CheckpointMovedError, type Sink } from './sink.ts';
import { storable } from './storable.ts';

/**
 * A projection's tables and its checkpoint in one Postgres. The checkpoint is locked, checked and moved in the
 * transaction that writes the rows, so a second worker, or a commit whose answer was lost, cannot apply events twice.
 */
export function postgresSink(db: Database, projection: PostgresProjection): Sink {
  const { name, version } = projection;
  let generation = 1;
  const schema = () => generationSchema(name, generation);

  async function open(): Promise<bigint> {
    return db.transaction(async (transaction) => {
      // Two processes may start at the same moment; the second waits here.
      await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${`projection:${name}`}))`);
      const [live] = await transaction
        .select()
        .from(projectionGeneration)
        .where(and(eq(projectionGeneration.name, name), eq(projectionGeneration.state, 'live')));
      if (live?.version === version) {
        generation = live.generation;
        const [checkpoint] = await transaction.select().from(projectionCheckpoint).where(ours());
        return checkpoint?.position ?? -1n;
      }
      generation = (live?.generation ?? 0) + 1;
      for (const statement of [
        `CREATE SCHEMA "${schema()}"`,
        ...projection.createTables(schema()),
        ...projection.createIndexes(schema()),
        ...projection.tables.flatMap((table) => [
          `DROP VIEW IF EXISTS read."${table}"`,
          `CREATE VIEW read."${table}" AS SELECT * FROM "${schema()}"."${table}"`,
        ]),
      ]) {
        await transaction.execute(sql.raw(statement));
      }
      if (live) {
        await transaction
          .update(projectionGeneration)
          .set({ state: 'retired' })
          .where(
            and(eq(projectionGeneration.name, name), eq(projectionGeneration.generation, live.generation)),
          );
      }
      await transaction
        .insert(projectionGeneration)
        .values({ name, generation, version, state: 'live', indexed: true });
      await transaction
        .insert(projectionCheckpoint)
        .values({ name, generation, partition: 0, position: -1n, fence: 0n, applied: {} });
      return -1n;
    });
  }

  const ours = () =>
    and(eq(projectionCheckpoint.name, name), eq(projectionCheckpoint.generation, generation));

  /** Locks the checkpoint's row: whoever comes second waits, and then finds it moved. */
  async function holdCheckpoint(transaction: Transaction, from: bigint): Promise<void> {
    const [row] = await transaction
      .select({ position: projectionCheckpoint.position })
      .from(projectionCheckpoint)
      .where(ours())
      .for('update');
    if (row?.position !== from)
      throw new CheckpointMovedError(`The checkpoint of ${name} is not at ${from}.`);
  }

  return {
    open,
    async commit(events, from, upTo) {
      const { change, ahead = [] } = await projection.fold(events.map(storable));
      for (const part of ahead) {
        await db.transaction(async (transaction) => {
          await holdCheckpoint(transaction, from);
          await part(transaction, schema());
        });
      }
      await db.transaction(async (transaction) => {
        await holdCheckpoint(transaction, from);
        await change(transaction, schema());
        await transaction
          .update(projectionCheckpoint)
          .set({ position: upTo, updatedAt: sql`now()` })
          .where(ours());
      });
    },
    isTransient: isTransientPostgresError,
  };
}
