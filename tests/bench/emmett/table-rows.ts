import { getTableColumns, getTableName } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { type EntryKey, keyText } from '../../../projections/entries.ts';
import type { TablePart } from '../../../projections/read-model.ts';

export type TableRows = {
  /** The rows there are of these keys, by the text of their key. */
  load(client: pg.ClientBase, keys: readonly EntryKey[]): Promise<Map<string, object>>;
  /** Puts rows in the place of those with the same keys. */
  upsert(client: pg.ClientBase, rows: readonly object[]): Promise<void>;
  truncate(client: pg.ClientBase): Promise<void>;
};

/** Reads and writes the rows of a table with one prepared statement each, however many they are. */
export function tableRows(part: TablePart, schema: string): TableRows {
  const table = part.table(schema);
  const columns = Object.entries(getTableColumns(table));
  const place = `"${schema}"."${getTableName(table)}"`;
  const nameOf = (property: string) => columns.find(([each]) => each === property)?.[1].name ?? property;
  const keys = part.keyColumns.map((property) => `"${nameOf(property)}"`);
  const names = columns.map(([, { name }]) => `"${name}"`).join(', ');
  const rest = columns.filter(([property]) => !part.keyColumns.includes(property));
  const found = `SELECT ${names} FROM ${place} JOIN unnest(${part.keyColumns.map((_, at) => `$${at + 1}::text[]`).join(', ')}) AS wanted (${keys.join(', ')}) USING (${keys.join(', ')})`;
  const put = `INSERT INTO ${place} (${names})
    SELECT ${names} FROM jsonb_populate_recordset(NULL::${place}, $1::jsonb)
    ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${rest.map(([, { name }]) => `"${name}" = excluded."${name}"`).join(', ')}`;
  const { name } = getTableConfig(table);

  return {
    async load(client, wanted) {
      const values = part.keyColumns.map((_, at) => wanted.map((key) => String(key[at])));
      const { rows } = await client.query<Record<string, unknown>>({
        ...{ name: `load ${name}`, text: found, values },
      });
      return new Map(
        rows.map((row) => {
          const entry = entryOf(columns, row);
          return [keyText(part.keyOf(entry)), entry];
        }),
      );
    },
    async upsert(client, entries) {
      const rows = entries.map((entry) => rowOf(columns, entry as Record<string, unknown>));
      await client.query({ name: `put ${name}`, text: put, values: [JSON.stringify(rows)] });
    },
    truncate: async (client) => void (await client.query(`TRUNCATE ${place}`)),
  };
}

type Columns = readonly (readonly [string, ReturnType<typeof getTableColumns<PgTable>>[string]])[];

/** As `pg` gives it, but for large integers, which it gives as text. */
const entryOf = (columns: Columns, row: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    columns.map(([property, { name, columnType }]) => {
      const value = row[name];
      if (columnType === 'PgBigInt64' && value !== null) return [property, BigInt(String(value))];
      return [property, columnType === 'PgBigInt53' && value !== null ? Number(value) : value];
    }),
  );

const rowOf = (columns: Columns, entry: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    columns.map(([property, { name }]) => {
      const value = entry[property];
      return [name, typeof value === 'bigint' ? String(value) : value];
    }),
  );
