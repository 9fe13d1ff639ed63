import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { postgresEngine } from '#engines/postgres/spec';
import { type EngineSupervisor, superviseEngines } from '#engines/supervisor/supervise';
import { createLogger } from '#platform/log';

const ROUNDS = 4;
const WRITERS = 8;

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

test('what was acknowledged is there after SIGKILL, and nothing half done', async () => {
  const setUp = new pg.Client({ connectionString: url });
  await setUp.connect();
  await setUp.query('CREATE TABLE pairs (writer int, n int, half text, PRIMARY KEY (writer, n, half))');
  await setUp.end();
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = acknowledged.length;
    const writers = Array.from({ length: WRITERS }, (_, writer) =>
      write(round * WRITERS + writer, acknowledged),
    );
    // Each round dies at another moment: after so many commits, in the middle of those that are under way.
    await vi.waitFor(() => expect(acknowledged.length - before).toBeGreaterThan(150 + round * 40), {
      timeout: 60_000,
      interval: 1,
    });
    process.kill(engine()?.pid ?? 0, 'SIGKILL');
    await Promise.all(writers);
    await vi.waitFor(() => expect(engine()).toMatchObject({ status: 'running', restarts: round + 1 }), {
      timeout: 60_000,
    });

    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(
      'SELECT writer, n, array_agg(half ORDER BY half) AS halves FROM pairs GROUP BY 1, 2',
    );
    await client.end();
    const kept = new Set(rows.map(({ writer, n }) => `${writer}/${n}`));
    expect(acknowledged.filter((key) => !kept.has(key))).toEqual([]);
    expect(rows.filter(({ halves }) => halves.join() !== 'first,second')).toEqual([]);
  }
});

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

/** Commits pairs of rows one transaction after another until the engine goes away. */
async function write(writer: number, acknowledged: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (let n = 0; ; n++) {
      await client.query('BEGIN');
      await client.query("INSERT INTO pairs VALUES ($1, $2, 'first')", [writer, n]);
      await client.query("INSERT INTO pairs VALUES ($1, $2, 'second')", [writer, n]);
      await client.query('COMMIT');
      acknowledged.push(`${writer}/${n}`);
    }
  } catch (error) {
    // Only a lost connection is expected; what the engine itself refuses is a failure of the test.
    if (error instanceof pg.DatabaseError) throw error;
    await client.end().catch(() => undefined);
  }
}
