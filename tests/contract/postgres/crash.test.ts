import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { postgresEngine } from '#engines/postgres/spec';
import { type EngineSupervisor, superviseEngines } from '#engines/supervisor/supervise';
import { createLogger } from '#platform/log';

let supervisor: EngineSupervisor;
let url: string;
const folder = mkdtempSync(join(tmpdir(), 'casefold-postgres-crash-'));
const log = createLogger('crash', 'fatal');

beforeAll(async () => {
  supervisor = await superviseEngines([postgresEngine(folder)], { log });
  url = supervisor.url('postgres');
});
afterAll(async () => {
  await supervisor.stop();
});

const engine = () => supervisor.states()[0];

test('a second engine on the same folder is refused, and the first goes on', async () => {
  await expect(superviseEngines([postgresEngine(folder)], { log })).rejects.toThrow(
    /in use by another running Casefold/,
  );
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await client.end();
});

test('a pool finds the engine again at the same address', async () => {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  await Promise.all([1, 2, 3, 4].map((n) => pool.query('SELECT $1::int', [n])));
  const { pid = 0, restarts = 0 } = engine() ?? {};
  process.kill(pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(engine()?.restarts).toBe(restarts + 1), { timeout: 60_000 });
  await vi.waitFor(async () => expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]), {
    timeout: 60_000,
    interval: 50,
  });
  await pool.end();
});
