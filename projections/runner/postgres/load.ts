import { sql } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { type EntryKey, keyText, type LoadedEntries, type Need } from '../../entries.ts';
import type { Columns } from '../../read-model.ts';
import { hasKeyIn, type PartTables } from './tables.ts';

/** Looks up entries, with one statement for each part. */
export async function loadEntries(
  db: Database,
  tables: PartTables,
  needs: readonly Need[],
): Promise<LoadedEntries> {
  const wanted = new Map<string, Map<string, EntryKey>>();
  for (const { part, key } of needs) {
    const keys = wanted.get(part.name) ?? new Map<string, EntryKey>();
    wanted.set(part.name, keys.set(keyText(key), key));
  }
  const found = new Map<string, ReadonlyMap<string, object>>();
  for (const table of tables.all) {
    const keys = wanted.get(table.part.name);
    if (!keys) continue;
    const rows = await db
      .select(contentOf(table.columns))
      .from(table.table)
      .where(hasKeyIn(table, [...keys.values()]));
    found.set(table.part.name, new Map(rows.map((row) => [keyText(table.part.keyOf(row)), row])));
  }
  return {
    has: (part, key) => wanted.get(part.name)?.has(keyText(key)) === true,
    get: (part, key) => found.get(part.name)?.get(keyText(key)),
  };
}

/**
 * What is written of a row: nothing that is computed from the rest. JSON is taken as `pg` has parsed it, for Drizzle
 * would parse a string in it once more.
 */
function contentOf(columns: Columns) {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([, column]) => column.generated === undefined)
      .map(([property, column]) => [
        property,
        column.columnType === 'PgJsonb' ? sql<unknown>`${column}`.as(column.name) : column,
      ]),
  );
}
