import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { postgresEngine } from '#engines/postgres/spec';
import { superviseEngines } from '#engines/supervisor/supervise';
import { createLogger } from '#platform/log';

/** The PostgreSQL the contract is checked against. */
export type PostgresTarget = {
  readonly url: string;
  /** A pool of ten, as the application uses. */
  readonly pool: pg.Pool;
  /** A connection of its own, outside the pool. */
  connect(options?: pg.ClientConfig): Promise<pg.Client>;
  stop(): Promise<void>;
};

/** The server at `DATABASE_URL` where that is set, the embedded engine in a new folder where not. */
export async function startTarget(): Promise<PostgresTarget> {
  const given = process.env.DATABASE_URL;
  const supervisor = given
    ? null
    : await superviseEngines([postgresEngine(mkdtempSync(join(tmpdir(), 'casefold-postgres-')))], {
        log: createLogger('contract', 'warn'),
      });
  const url = given ?? supervisor?.url('postgres') ?? '';
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  await pool.query('CREATE EXTENSION IF NOT EXISTS vector');
  await pool.query('DROP SCHEMA IF EXISTS contract CASCADE');
  await pool.query('CREATE SCHEMA contract');
  return {
    url,
    pool,
    async connect(options) {
      const client = new pg.Client({ connectionString: url, ...options });
      await client.connect();
      return client;
    },
    async stop() {
      await pool.query('DROP SCHEMA contract CASCADE');
      await pool.end();
      await supervisor?.stop();
    },
  };
}

/** Runs `use` with a connection of its own, closed afterwards whatever happens. */
export async function withClient<T>(
  target: PostgresTarget,
  use: (client: pg.Client) => Promise<T>,
  options?: pg.ClientConfig,
): Promise<T> {
  const client = await target.connect(options);
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
