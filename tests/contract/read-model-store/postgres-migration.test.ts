import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { expect, onTestFinished, test } from 'vitest';
import { migrateControlPlane } from '#cli/migrate';
import { connectPostgres } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import { postgresStore } from '#projections/runner/postgres/store';
import { startTarget } from '../postgres/target.ts';
import { changesOf, commitOf, sampleModel } from './postgres-sample.ts';

const sql = join(import.meta.dirname, '../../../migrations/sql');

/** The migrations as they were, up to a number. */
function migrationsUpTo(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-migrations-'));
  cpSync(sql, folder, { recursive: true });
  const file = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: unknown[] };
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
  return folder;
}

/** A database in which nothing was made so far. */
async function emptyDatabase(): Promise<string> {
  const target = await startTarget();
  onTestFinished(target.stop);
  // The embedded engine was started for this test alone.
  if (!process.env.DATABASE_URL) return target.url;
  const name = `casefold_${randomUUID().replaceAll('-', '')}`;
  await target.pool.query(`CREATE DATABASE ${name}`);
  onTestFinished(async () => void (await target.pool.query(`DROP DATABASE ${name} WITH (FORCE)`)));
  return Object.assign(new URL(target.url), { pathname: name }).href;
}

test('a read model of the previous version is found where it was, and goes on', async () => {
  const client = connectPostgres(await emptyDatabase(), createLogger('migration', 'fatal'));
  onTestFinished(client.close);
  await migrate(drizzle(client.pool), {
    migrationsFolder: migrationsUpTo(2),
    migrationsSchema: 'migrations',
  });
  const { model, texts } = sampleModel();
  const schema = `${model.name.replace('-', '_')}_g`;
  for (const [generation, state, position] of [
    [1, 'retired', 7n],
    [2, 'live', 2n ** 60n],
  ]) {
    await client.pool.query(
      `INSERT INTO control.projection_generation (name, generation, version, state, position, created_at)
       VALUES ($1, $2, 1, $3, $4, '2026-01-02T03:04:05Z')`,
      [model.name, generation, state, position],
    );
    await client.pool.query(`CREATE SCHEMA "${schema}${generation}"`);
    await client.pool.query(
      `CREATE TABLE "${schema}${generation}"."${texts.name}" (id text PRIMARY KEY, text text)`,
    );
  }

  await migrateControlPlane(client);
  await migrateControlPlane(client);

  const store = postgresStore(client.db, client.pool, model);
  const [createdAt, changedAt] = [new Date('2026-01-02T03:04:05Z'), new Date('2026-01-02T03:04:05Z')];
  expect(await store.generations()).toEqual([
    { generation: 1, version: 1, state: 'retired', partitions: 1, createdAt, changedAt },
    { generation: 2, version: 1, state: 'live', partitions: 1, createdAt, changedAt },
  ]);
  expect(await store.checkpoint(1, 0)).toEqual({ position: 7n, applied: {} });
  expect(await store.open(2, 0, 1n)).toEqual({ position: 2n ** 60n, applied: {} });
  const put = changesOf(model, 5n, (entries) => entries.put(texts, { id: 'a', text: 'x' }));
  await store.commit(2, commitOf(2n ** 60n, 2n ** 60n + 1n, put));
  expect(await store.page(2, texts, undefined, 10)).toMatchObject([{ key: ['a'] }]);
  expect((await store.create({ version: 2, state: 'building', partitions: 1 })).generation).toBe(3);
  await store.drop(1);
  expect((await store.generations()).map(({ generation }) => generation)).toEqual([2, 3]);
});
