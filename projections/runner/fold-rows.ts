import type { SQL } from 'drizzle-orm';
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/** `{column: excluded.column}` for every column but the given: an upsert that takes the new row whole. */
export function excluded<Table extends PgTable>(table: Table, ...except: string[]): Record<string, SQL> {
  const entries = Object.entries(getTableColumns(table)).filter(([key]) => !except.includes(key));
  return Object.fromEntries(entries.map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]));
}

/** Rows in slices that keep a statement under Postgres' 65,535 parameters. */
export function* slices<Row>(rows: readonly Row[], columns: number): Generator<Row[]> {
  const size = Math.max(1, Math.floor(30_000 / columns));
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

/** Rows in parts of at most `size`, in order. */
export function partsOf<Row>(rows: readonly Row[], size: number): (readonly Row[])[] {
  const parts: (readonly Row[])[] = [];
  for (let start = 0; start < rows.length; start += size) parts.push(rows.slice(start, start + size));
  return parts;
}

/** The last event of each document, in log order: where a later one replaces all that came of an earlier one. */
export function lastOfEach<Event extends { readonly data: { readonly documentId: string } }>(
  events: readonly Event[],
): Event[] {
  const last = new Map<string, Event>();
  for (const event of events) {
    last.delete(event.data.documentId);
    last.set(event.data.documentId, event);
  }
  return [...last.values()];
}
