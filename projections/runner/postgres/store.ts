import type pg from 'pg';
import { type Database, isTransientPostgresError } from '#platform/clients/postgres';
import type { PostgresReadModel } from '../../read-model.ts';
import type { ReadModelStore } from '../read-model-store.ts';
import { openCheckpoint, readCheckpoint } from './checkpoints.ts';
import { commitBatch } from './commit.ts';
import { finishGeneration } from './finish.ts';
import { createGeneration, dropGeneration, listGenerations, markGeneration } from './generations.ts';
import { loadEntries } from './load.ts';
import { countEntries, pageOfEntries } from './pages.ts';
import { switchGeneration } from './switch.ts';
import { type PartTables, partTables } from './tables.ts';
import { hasCode } from './transaction.ts';

/**
 * A read model's generations in Postgres: a schema of tables for each, checkpoints and states in schema `control`, and
 * views in schema `read` that show the live one.
 *
 * @param pool the one that `db` uses
 */
export function postgresStore(db: Database, pool: pg.Pool, model: PostgresReadModel): ReadModelStore {
  const { name } = model;
  const known = new Map<number, PartTables>();

  function tablesOf(generation: number): PartTables {
    const tables = known.get(generation) ?? partTables(model, generation);
    known.set(generation, tables);
    return tables;
  }

  return {
    generations: () => listGenerations(db, name),
    create: (options) => createGeneration(pool, model, options),
    checkpoint: (generation, partition) => readCheckpoint(db, { name, generation, partition }),
    open: (generation, partition, fence) => openCheckpoint(db, { name, generation, partition }, fence),
    load: (generation, needs) => loadEntries(db, tablesOf(generation), needs),
    commit: (generation, commit, { bulk = false } = {}) =>
      commitBatch(pool, { name, generation }, tablesOf(generation), commit, bulk),
    finish: (generation) => finishGeneration(pool, model, generation),
    mark: (generation, state) => markGeneration(db, name, generation, state),
    switchTo: (generation) => switchGeneration(pool, model, generation),
    drop: (generation) => dropGeneration(pool, model, generation),
    count: (generation) => countEntries(db, tablesOf(generation)),
    page: (generation, part, after, limit) => pageOfEntries(db, tablesOf(generation).of(part), after, limit),
    // Somebody held a lock that a switch needs: it will be let go.
    isTransient: (error) => isTransientPostgresError(error) || hasCode(error, '55P03'),
  };
}
