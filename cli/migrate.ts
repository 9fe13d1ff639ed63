import { fileURLToPath } from 'node:url';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { Database } from '#platform/clients/postgres';

/** Brings the control plane's tables to the newest shape. Read models make their own tables. */
export const migrateControlPlane = (db: Database) =>
  migrate(db, {
    migrationsFolder: fileURLToPath(new URL('../migrations/sql', import.meta.url)),
    migrationsSchema: 'migrations',
  });
