import { defineConfig } from 'drizzle-kit';

/** Only the control plane is migrated; read models make their own tables, a schema for each generation. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './projections/runner/control-tables.ts',
  out: './migrations/sql',
  schemaFilter: ['control', 'read'],
});
