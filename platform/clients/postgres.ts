import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from '#platform/log';

export type Database = NodePgDatabase;
/** What a Drizzle transaction callback is given. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

export type PostgresClient = { readonly db: Database; readonly pool: pg.Pool; close(): Promise<void> };

/**
 * A pool of connections to PostgreSQL, or to the embedded engine behind the same wire.
 *
 * Never wait for another pooled query inside a transaction: on the embedded engine an open transaction holds the one
 * session there is.
 */
export function connectPostgres(url: string, log: Logger, max = 10): PostgresClient {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 20_000,
    application_name: 'casefold',
  });
  // A connection that breaks is replaced at the next use; without a listener its error would end the process. The pool
  // listens to idle connections alone: one that breaks inside a transaction, between two queries, has to have its own.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ error: error.message }, 'a connection to Postgres broke'));
  });
  pool.on('error', () => {});
  return { db: withSafeTransactions(drizzle(pool), pool), pool, close: () => pool.end() };
}

/**
 * Drizzle's own `transaction` never gives a connection back whose BEGIN failed: a Postgres that dies a few times would
 * leave the pool without any. Here it is given back whatever happens, and thrown away if it may be broken.
 */
function withSafeTransactions(db: Database, pool: pg.Pool): Database {
  const transaction: Database['transaction'] = async (work, config) => {
    const client = await pool.connect();
    try {
      const result = await drizzle(client).transaction(work, config);
      client.release();
      return result;
    } catch (error) {
      client.release(isTransientPostgresError(error));
      throw error;
    }
  };
  return Object.assign(db, { transaction });
}

/** True for what passes by itself: the server is away, starting or stopping, or two transactions got in each other's way. */
export function isTransientPostgresError(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as Error & { code?: unknown }).code;
    if (typeof code === 'string' && /^(08|57P|40|53|ECONN|EPIPE|ETIMEDOUT)/.test(code)) return true;
    if (
      /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection/.test(
        cause.message,
      )
    )
      return true;
  }
  return false;
}
