import type pg from 'pg';
import type { PostgresReadModel } from '../../read-model.ts';
import { projectionGeneration } from '../control-tables.ts';
import { holdGeneration, isGeneration } from './generations.ts';
import { generationSchema } from './names.ts';
import { partTables } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** Makes the indexes that are not part of a table, once, and lets the planner know what the tables hold. */
export async function finishGeneration(
  pool: pg.Pool,
  model: PostgresReadModel,
  generation: number,
): Promise<void> {
  const schema = generationSchema(model.name, generation);
  await inTransaction(pool, async (transaction) => {
    const { indexed } = await holdGeneration(transaction, model.name, generation);
    if (indexed) return;
    for (const statement of model.indexes(schema)) await transaction.execute(statement);
    await transaction
      .update(projectionGeneration)
      .set({ indexed: true })
      .where(isGeneration(model.name, generation));
  });
  await inTransaction(pool, async (transaction) => {
    for (const { part } of partTables(model, generation).all)
      await transaction.execute(`ANALYZE "${schema}"."${part.name}"`);
  });
}
