import { count, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '#platform/clients/postgres';
import type { EntryKey } from '../../entries.ts';
import type { StoredEntry } from '../read-model-store.ts';
import { isVector, type PartTable, type PartTables } from './tables.ts';
import { hasCode } from './transaction.ts';

/** SQLSTATE. */
const undefinedTable = '42P01';

/** How many rows each table of a generation has; none where it was dropped. */
export async function countEntries(db: Database, tables: PartTables): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { part, table } of tables.all) {
    const rows = await db
      .select({ entries: count() })
      .from(table)
      .catch((error: unknown) => {
        if (hasCode(error, undefinedTable)) return [];
        throw error;
      });
    counts.set(part.name, rows[0]?.entries ?? 0);
  }
  return counts;
}

/**
 * A page of a table in the order of its key's columns, text byte by byte: that of the primary key, so that no page
 * needs a sort. (A generation from before text keys were kept in that order is sorted for each page.)
 */
export async function pageOfEntries(
  db: Database,
  { part, table, columns, keyColumns }: PartTable,
  after: EntryKey | undefined,
  limit: number,
): Promise<readonly StoredEntry[]> {
  const order = keyColumns.map(inOrder);
  const keys = Object.fromEntries(keyColumns.map((column, index) => [`key${index}`, column]));
  const content = sql`ROW(${sql.join(contentOf(Object.values(columns)), sql`, `)})`;
  const hash = sql<string>`encode(sha256(convert_to(${content}::text, 'UTF8')), 'hex')`;
  const rows = await db.transaction(async (transaction) => {
    // Rows become text on the way, which depends on these.
    await transaction.execute(sql`SELECT set_config('timezone', 'UTC', true),
      set_config('datestyle', 'ISO, MDY', true), set_config('bytea_output', 'hex', true),
      set_config('extra_float_digits', '1', true)`);
    return transaction
      .select({ ...keys, hash })
      .from(table)
      .where(after && isAfter(keyColumns, order, after))
      .orderBy(...order)
      .limit(limit);
  });
  return rows.map((row) => {
    const values = row as Record<string, unknown>;
    const key = part.keyColumns.map((_, index) => values[`key${index}`] as string | bigint);
    return { key, hash: row.hash };
  });
}

const inOrder = (column: PgColumn): SQL =>
  column.getSQLType() === 'text' ? sql`${column} COLLATE "C"` : sql`${column}`;

function isAfter(columns: readonly PgColumn[], order: readonly SQL[], after: EntryKey): SQL {
  const values = columns.map(
    (column, index) => sql`${String(after[index])}::${sql.raw(column.getSQLType())}`,
  );
  return sql`(${sql.join([...order], sql`, `)}) > (${sql.join(values, sql`, `)})`;
}

/** What is computed from other columns says nothing new. Vectors go by their bytes, for as text they take long. */
const contentOf = (columns: readonly PgColumn[]): SQL[] =>
  columns
    .filter((column) => column.generated === undefined)
    .map((column) => (isVector(column) ? sql`vector_send(${column})` : sql`${column}`));
