import { setTimeout as pause } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { isTransientPostgresError, type Transaction } from '#platform/clients/postgres';

/**
 * One transaction on a connection of the pool. The connection is given as well, for what Drizzle cannot say (COPY).
 * It is thrown away if it may be broken.
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (transaction: Transaction, client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    const result = await drizzle(client).transaction((transaction) => work(transaction, client));
    client.release();
    return result;
  } catch (error) {
    client.release(isTransientPostgresError(error));
    throw error;
  }
}

const tries = 30;

/**
 * A transaction that takes locks on what readers use. It waits for a lock no longer than 200 ms, less than
 * `deadlock_timeout`: of a reader and us that wait for each other, we are the one that gives way, and readers that
 * queue behind us go on. Then it tries again.
 *
 * @throws {Error} of Postgres, with code 55P03, if somebody holds the locks all the time
 */
export async function lockingBriefly<Result>(
  pool: pg.Pool,
  work: (transaction: Transaction, client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inTransaction(pool, async (transaction, client) => {
        await transaction.execute(`SET LOCAL lock_timeout = '200ms'`);
        return work(transaction, client);
      });
    } catch (error) {
      if (!hasCode(error, '55P03') || attempt === tries) throw error;
      // Readers that waited behind us have their turn; two of us do not meet again at once.
      await pause(50 + Math.random() * 100);
    }
  }
}

/** True if an error is Postgres' own of this code, or was caused by one. */
export function hasCode(error: unknown, code: string): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if ((cause as Error & { code?: unknown }).code === code) return true;
  return false;
}
