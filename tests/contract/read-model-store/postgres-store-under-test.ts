import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { migrateControlPlane } from '#cli/migrate';
import { connectPostgres, type PostgresClient } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import type { Part } from '#projections/entries';
import type { PostgresReadModel } from '#projections/read-model';
import { generationSchema } from '#projections/runner/postgres/names';
import { postgresStore } from '#projections/runner/postgres/store';
import type { ReadModelStore, StoredEntry } from '#projections/runner/read-model-store';
import { type PostgresTarget, startTarget } from '../postgres/target.ts';
import { sampleModel } from './postgres-sample.ts';

export let target: PostgresTarget;
export let client: PostgresClient;
beforeAll(async () => {
  target = await startTarget();
  await migrateControlPlane(target);
  client = connectPostgres(target.url, createLogger('contract', 'fatal'));
});
afterAll(async () => {
  await client.close();
  await target.stop();
});

export const live = { version: 1, state: 'live', partitions: 1 } as const;
export const building = { version: 1, state: 'building', partitions: 1 } as const;

/** As if there had never been a generation. */
export async function wipe({ name }: PostgresReadModel): Promise<void> {
  const { rows } = await target.pool.query(
    'DELETE FROM control.projection_generation WHERE name = $1 RETURNING generation',
    [name],
  );
  for (const { generation } of rows)
    await target.pool.query(`DROP SCHEMA IF EXISTS "${generationSchema(name, generation)}" CASCADE`);
  await target.pool.query('DELETE FROM control.projection_checkpoint WHERE name = $1', [name]);
}

export function storeOf(model: PostgresReadModel): ReadModelStore {
  onTestFinished(() => wipe(model));
  return postgresStore(client.db, client.pool, model);
}

/** A store with a generation that is open. */
export async function opened(options: Parameters<ReadModelStore['create']>[0] = live) {
  const sample = sampleModel();
  const store = storeOf(sample.model);
  const { generation } = await store.create(options);
  await store.open(generation, 0, 1n);
  return { ...sample, store, generation };
}

export async function allEntries(store: ReadModelStore, generation: number, part: Part, limit = 1000) {
  const entries: StoredEntry[] = [];
  for (;;) {
    const page = await store.page(generation, part, entries.at(-1)?.key, limit);
    entries.push(...page);
    if (page.length < limit) return entries;
  }
}
