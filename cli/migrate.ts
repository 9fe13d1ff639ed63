import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { PostgresClient } from '#platform/clients/postgres';

/** A number for this one purpose: "case" in ASCII. Whoever shares the database with us is unlikely to choose it too. */
const lock = 0x63617365;

/**
 * Brings the control plane's tables to the newest shape. Read models make their own tables.
 *
 * Several processes may do so at once, as containers do at their first start: one does it and the others wait.
 */
export async function migrateControlPlane({ pool }: Pick<PostgresClient, 'pool'>): Promise<void> {
  // The lock belongs to a session: everything goes over the one connection, which gives the lock back when it ends.
  const client = await pool.connect();
  let failure: unknown;
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    await migrate(drizzle(client), {
      migrationsFolder: fileURLToPath(new URL('../migrations/sql', import.meta.url)),
      migrationsSchema: 'migrations',
    });
    await client.query('SELECT pg_advisory_unlock($1)', [lock]);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    // A connection that may still hold the lock is closed, not used again.
    client.release(failure !== undefined);
  }
}
