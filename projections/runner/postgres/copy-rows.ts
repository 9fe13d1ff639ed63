import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getTableConfig } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { createCopyEncoder } from './copy-encoder.ts';
import type { PartTable } from './tables.ts';

/** The embedded engine keeps the rows of one COPY in memory: long before its limit we begin another. */
const rowsAtOnce = (hasVectors: boolean) => (hasVectors ? 10_000 : 100_000);

/**
 * Large values are compressed with LZ4, until the transaction ends, by a server that has it: a timeline takes a quarter
 * less of its time than with PGLZ, the default (measured).
 */
const compressFast = `
  SELECT set_config('default_toast_compression', 'lz4', true) FROM pg_settings
  WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)`;

/**
 * Writes new rows with COPY, on the connection and in the transaction that are there.
 *
 * @throws {Error} of Postgres if there is a row with the same key
 */
export async function copyRows(
  client: pg.PoolClient,
  { table, columns, hasVectors }: PartTable,
  rows: readonly object[],
): Promise<void> {
  await client.query(compressFast);
  const { schema, name } = getTableConfig(table);
  const { columnList, encode } = createCopyEncoder(columns);
  const size = rowsAtOnce(hasVectors);
  for (let start = 0; start < rows.length; start += size) {
    const part = size < rows.length ? rows.slice(start, start + size) : rows;
    const copy = client.query(from(`COPY "${schema}"."${name}" (${columnList}) FROM STDIN (FORMAT binary)`));
    await pipeline(Readable.from(encode(part)), copy);
  }
}
