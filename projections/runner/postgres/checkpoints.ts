import { and, eq, lte, sql } from 'drizzle-orm';
import type { Database, Transaction } from '#platform/clients/postgres';
import { projectionCheckpoint } from '../control-tables.ts';
import { advanced, type FencedCheckpoint } from '../fenced-checkpoint.ts';
import { type Checkpoint, type Commit, FencedError } from '../read-model-store.ts';

/** One partition of one generation of a projection. */
export type Place = { readonly name: string; readonly generation: number; readonly partition: number };

type Row = typeof projectionCheckpoint.$inferSelect;

const at = ({ name, generation, partition }: Place) =>
  and(
    eq(projectionCheckpoint.name, name),
    eq(projectionCheckpoint.generation, generation),
    eq(projectionCheckpoint.partition, partition),
  );

const toCheckpoint = ({ position, applied, released }: Row): Checkpoint => ({
  position,
  applied,
  ...(released !== null && { released }),
});

const missing = ({ name, generation, partition }: Place) =>
  new Error(
    `${name} has no generation ${generation} with a partition ${partition}: it may have been dropped.`,
  );

/** @throws {Error} if there is no such generation or partition */
export async function readCheckpoint(db: Database, place: Place): Promise<Checkpoint> {
  const [row] = await db.select().from(projectionCheckpoint).where(at(place));
  if (!row) throw missing(place);
  return toCheckpoint(row);
}

/**
 * Takes over a partition.
 *
 * @throws {FencedError} if a larger fence has been there
 */
export async function openCheckpoint(db: Database, place: Place, fence: bigint): Promise<Checkpoint> {
  const [row] = await db
    .update(projectionCheckpoint)
    .set({ fence })
    .where(and(at(place), lte(projectionCheckpoint.fence, fence)))
    .returning();
  if (row) return toCheckpoint(row);
  await readCheckpoint(db, place);
  throw new FencedError(`Another worker has ${place.name}, partition ${place.partition}, by a newer lease.`);
}

/**
 * Locks the checkpoint until the transaction ends, and checks that it is where the batch begins: whoever comes second
 * waits here, and then finds it moved.
 *
 * @returns the checkpoint after the batch
 * @throws {FencedError}
 * @throws {CheckpointMovedError}
 */
export async function holdCheckpoint(
  transaction: Transaction,
  place: Place,
  commit: Commit,
): Promise<FencedCheckpoint> {
  const [row] = await transaction.select().from(projectionCheckpoint).where(at(place)).for('update');
  if (!row) throw missing(place);
  return advanced({ ...toCheckpoint(row), fence: row.fence }, commit);
}

/** Moves a checkpoint that is held. */
export async function moveCheckpoint(
  transaction: Transaction,
  place: Place,
  { position, applied, released }: Checkpoint,
): Promise<void> {
  await transaction
    .update(projectionCheckpoint)
    .set({ position, applied, released: released ?? null, updatedAt: sql`now()` })
    .where(at(place));
}
