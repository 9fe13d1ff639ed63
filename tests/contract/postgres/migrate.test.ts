import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { migrateControlPlane } from '#cli/migrate';
import { connectPostgres } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import { startTarget } from './target.ts';

test('processes that start on an empty database all find the control plane in its newest shape', async () => {
  const target = await startTarget();
  onTestFinished(target.stop);
  const log = createLogger('migrate', 'warn');
  const databaseUrl = process.env.DATABASE_URL;
  if (databaseUrl) {
    // A server may be in use for something else, and is started on by several processes at once.
    const name = `casefold_${randomUUID().replaceAll('-', '')}`;
    await target.pool.query(`CREATE DATABASE ${name}`);
    onTestFinished(async () => void (await target.pool.query(`DROP DATABASE ${name} WITH (FORCE)`)));
    const url = Object.assign(new URL(databaseUrl), { pathname: name }).href;
    const processes = Array.from({ length: 4 }, () => connectPostgres(url, log));
    onTestFinished(async () => void (await Promise.all(processes.map((each) => each.close()))));
    await Promise.all(processes.map(migrateControlPlane));
    for (const each of processes) expect(await generations(each.pool)).toBe(0);
  } else {
    // The embedded engine has the one process that started it, and sees it again at its next start.
    for (const _start of [1, 2]) await migrateControlPlane(target);
    expect(await generations(target.pool)).toBe(0);
  }
  const { rows } = await target.pool.query('SELECT count(*)::int AS held FROM pg_locks WHERE locktype = $1', [
    'advisory',
  ]);
  expect(rows).toEqual([{ held: 0 }]);
});

async function generations(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query('SELECT count(*)::int AS count FROM control.projection_generation');
  return rows[0].count;
}
