import { max } from 'drizzle-orm';
import type pg from 'pg';
import type { Transaction } from '#platform/clients/postgres';
import type { EntryKey, PartChanges } from '../../entries.ts';
import type { Commit } from '../read-model-store.ts';
import { holdCheckpoint, moveCheckpoint } from './checkpoints.ts';
import { copyRows } from './copy-rows.ts';
import type { PartTable, PartTables } from './tables.ts';
import { inTransaction } from './transaction.ts';
import { removeKeys, removeReplaced, upsertRows } from './write-rows.ts';

type Write = (
  transaction: Transaction,
  client: pg.PoolClient,
  table: PartTable,
  rows: readonly object[],
) => Promise<void>;

/**
 * Applies a batch to one generation; see `ReadModelStore.commit`. Very many rows of owners are written ahead, each slice
 * in a transaction of its own, so that no transaction is long: docs/decisions/0009.
 */
export async function commitBatch(
  pool: pg.Pool,
  place: { readonly name: string; readonly generation: number },
  tables: PartTables,
  commit: Commit,
  bulk: boolean,
): Promise<void> {
  const checkpoint = { ...place, partition: commit.partition };
  const write = bulk ? replaceByCopy : upsert;
  const changes = commit.changes.map((change) => ({
    ...change,
    ...splitRows(tables.of(change.part), change, bulk),
  }));
  for (const { part, ahead } of changes) {
    for (const rows of ahead) {
      await inTransaction(pool, async (transaction, client) => {
        await holdCheckpoint(transaction, checkpoint, commit);
        await write(transaction, client, tables.of(part), rows);
      });
    }
  }
  await inTransaction(pool, async (transaction, client) => {
    const next = await holdCheckpoint(transaction, checkpoint, commit);
    for (const { part, replaced, deletes, puts, rows } of changes) {
      const table = tables.of(part);
      await removeReplaced(transaction, table, replaced);
      // What was written ahead is not deleted.
      const gone = [...deletes].filter(([text]) => !puts.has(text)).map(([, key]) => key);
      await removeKeys(transaction, table, gone);
      if (rows.length > 0) await write(transaction, client, table, rows);
    }
    await moveCheckpoint(transaction, checkpoint, next);
  });
}

/** More rows of owners than this are written ahead, in slices of this size. In bulk a slice takes about as long. */
const sliceSize = (hasVectors: boolean, bulk: boolean) => (hasVectors ? 200 : 1000) * (bulk ? 10 : 1);

function splitRows({ part, hasVectors }: PartTable, { puts }: PartChanges, bulk: boolean) {
  const rows = [...puts.values()];
  const size = sliceSize(hasVectors, bulk);
  if (!part.ownerOf || rows.length <= size) return { ahead: [], rows };
  const ahead: (readonly object[])[] = [];
  for (let start = 0; start < rows.length; start += size) ahead.push(rows.slice(start, start + size));
  return { ahead, rows: [] };
}

const upsert: Write = (transaction, _client, table, rows) => upsertRows(transaction, table, rows);

const replaceByCopy: Write = async (transaction, client, table, rows) => {
  await removeKeys(transaction, table, await keysThatMayExist(transaction, table, rows));
  await copyRows(client, table, rows);
};

/** A key beyond the largest there is, is new: where a table grows along the log, nothing has to be looked for. */
async function keysThatMayExist(
  transaction: Transaction,
  { part, table, keyColumns }: PartTable,
  rows: readonly object[],
): Promise<readonly EntryKey[]> {
  const keys = rows.map((row) => part.keyOf(row));
  const [column] = keyColumns;
  if (keyColumns.length !== 1 || column?.columnType !== 'PgBigInt64') return keys;
  const [found] = await transaction.select({ largest: max(column) }).from(table);
  const largest = found?.largest as bigint | null | undefined;
  if (largest === null || largest === undefined) return [];
  return keys.filter(([key]) => (key as bigint) <= largest);
}
