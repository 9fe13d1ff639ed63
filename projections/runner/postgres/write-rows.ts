import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#platform/clients/postgres';
import type { EntryKey } from '../../entries.ts';
import { columnOf, hasKeyIn, type PartTable } from './tables.ts';

/** Takes away the rows of each owner that were put by events before a position. */
export async function removeReplaced(
  transaction: Transaction,
  { part, table, columns }: PartTable,
  replaced: ReadonlyMap<string, bigint>,
): Promise<void> {
  if (replaced.size === 0) return;
  if (!part.ownerColumn) throw new Error(`The entries of ${part.name} have no owner.`);
  const owner = columnOf(columns, part.ownerColumn);
  const lastPosition = columnOf(columns, 'lastPosition');
  const owners = sql.param([...replaced.keys()]);
  const positions = sql.param([...replaced.values()].map(String));
  await transaction.execute(sql`
    DELETE FROM ${table} USING unnest(${owners}::text[], ${positions}::bigint[]) AS replaced (owner, position)
    WHERE ${owner} = replaced.owner AND ${lastPosition} < replaced.position`);
}

export async function removeKeys(
  transaction: Transaction,
  table: PartTable,
  keys: readonly EntryKey[],
): Promise<void> {
  if (keys.length > 0) await transaction.delete(table.table).where(hasKeyIn(table, keys));
}

/** A statement has 65,535 parameters at the most. */
const parameters = 30_000;

/** Puts rows in the place of those with the same keys. */
export async function upsertRows(
  transaction: Transaction,
  { table, columns, keyColumns }: PartTable,
  rows: readonly object[],
): Promise<void> {
  const rest = Object.entries(columns).filter(
    ([, column]) => !keyColumns.includes(column) && column.generated === undefined,
  );
  const set: Record<string, SQL> = Object.fromEntries(
    rest.map(([property, column]) => [property, sql`excluded.${sql.identifier(column.name)}`]),
  );
  const target = [...keyColumns];
  const size = Math.max(1, Math.floor(parameters / Object.keys(columns).length));
  for (let start = 0; start < rows.length; start += size) {
    const insert = transaction.insert(table).values(rows.slice(start, start + size));
    await (rest.length > 0
      ? insert.onConflictDoUpdate({ target, set })
      : insert.onConflictDoNothing({ target }));
  }
}
