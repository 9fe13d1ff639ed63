import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type pg from 'pg';
import type { Transaction } from '#platform/clients/postgres';
import type { PostgresReadModel } from '../../read-model.ts';
import { projectionCheckpoint, projectionGeneration } from '../control-tables.ts';
import { isBehind } from '../fenced-checkpoint.ts';
import { isGeneration } from './generations.ts';
import { generationSchema } from './names.ts';
import { lockingBriefly } from './transaction.ts';
import { showGeneration } from './views.ts';

/**
 * Makes a generation the live one; see `ReadModelStore.switchTo`. Both generations stand still meanwhile, readers do
 * not: see `lockingBriefly`.
 *
 * @throws {Error} if there is none of this number
 */
export async function switchGeneration(
  pool: pg.Pool,
  model: PostgresReadModel,
  generation: number,
): Promise<'switched' | 'behind'> {
  const { name } = model;
  return lockingBriefly(pool, async (transaction) => {
    const rows = await transaction
      .select()
      .from(projectionGeneration)
      .where(eq(projectionGeneration.name, name))
      .orderBy(asc(projectionGeneration.generation))
      .for('update');
    const next = rows.find((row) => row.generation === generation);
    const live = rows.find((row) => row.state === 'live');
    if (next?.state === 'live') return 'switched';
    if (!next || next.state === 'dropped') throw new Error(`${name} has no generation ${generation}.`);
    if (live) {
      const checkpoints = await holdCheckpoints(transaction, name, [generation, live.generation]);
      const of = (which: number) => checkpoints.filter((each) => each.generation === which);
      if (isBehind(of(generation), of(live.generation))) return 'behind';
      await setState(transaction, name, live.generation, 'retired');
    }
    await showGeneration(transaction, model, generationSchema(name, generation));
    await setState(transaction, name, generation, 'live');
    return 'switched';
  });
}

/** The checkpoints of these generations, by partition; locked until the transaction ends. */
async function holdCheckpoints(transaction: Transaction, name: string, generations: number[]) {
  const rows = await transaction
    .select()
    .from(projectionCheckpoint)
    .where(and(eq(projectionCheckpoint.name, name), inArray(projectionCheckpoint.generation, generations)))
    .orderBy(asc(projectionCheckpoint.generation), asc(projectionCheckpoint.partition))
    .for('update');
  return rows.map(({ generation, position, applied }) => ({ generation, position, applied }));
}

async function setState(
  transaction: Transaction,
  name: string,
  generation: number,
  state: 'live' | 'retired',
): Promise<void> {
  await transaction
    .update(projectionGeneration)
    .set({ state, changedAt: sql`now()` })
    .where(isGeneration(name, generation));
}
