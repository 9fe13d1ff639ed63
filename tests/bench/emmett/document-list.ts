import { postgreSQLProjection } from '@event-driven-io/emmett-postgresql';
import type pg from 'pg';
import type { RecordedEvent } from '../../../domain/event.ts';
import { documentList } from '../../../projections/document-list/read-model.ts';
import { createEntryBatch, type EntryKey, keyText } from '../../../projections/entries.ts';
import { createTable } from '../../../projections/runner/postgres/create-table.ts';
import { toRecorded } from './messages.ts';
import { type TableRows, tableRows } from './table-rows.ts';

/** Where the peer's tables are. */
export const emmettSchema = 'emmett';

const parts = documentList.parts.map((part) => ({ part, rows: tableRows(part, emmettSchema) }));
const needs = documentList.needs ?? (() => []);

export async function createTables(client: pg.ClientBase): Promise<void> {
  await client.query(`CREATE SCHEMA "${emmettSchema}"`);
  for (const { part } of parts) await client.query(createTable(part.table(emmettSchema)));
}

export async function createIndexes(client: pg.ClientBase): Promise<void> {
  for (const statement of documentList.indexes(emmettSchema)) await client.query(statement);
  for (const { part } of parts) await client.query(`ANALYZE "${emmettSchema}"."${part.name}"`);
}

export async function truncateTables(client: pg.ClientBase): Promise<void> {
  for (const { rows } of parts) await rows.truncate(client);
}

/**
 * The same fold as ours, in a handler as one writes it for Emmett: reads the rows that the events need, evolves them, and
 * writes them back. One event at a time or many: as it is called.
 */
export async function applyEvents(client: pg.ClientBase, events: readonly RecordedEvent[]): Promise<void> {
  const wanted = new Map<string, Map<string, EntryKey>>(parts.map(({ part }) => [part.name, new Map()]));
  for (const event of events)
    for (const { part, key } of needs(event)) wanted.get(part.name)?.set(keyText(key), key);
  const found = new Map<string, Map<string, object>>();
  for (const { part, rows } of parts) {
    const keys = [...(wanted.get(part.name)?.values() ?? [])];
    if (keys.length > 0) found.set(part.name, await rows.load(client, keys));
  }
  const batch = createEntryBatch(documentList.parts, {
    has: (part, key) => wanted.get(part.name)?.has(keyText(key)) === true,
    get: (part, key) => found.get(part.name)?.get(keyText(key)),
  });
  for (const event of events) {
    batch.at(event.position);
    documentList.fold(event, batch, undefined);
    batch.keep();
  }
  for (const { part, puts } of batch.changes())
    if (puts.size > 0) await rowsOf(part.name).upsert(client, [...puts.values()]);
}

function rowsOf(name: string): TableRows {
  const found = parts.find(({ part }) => part.name === name);
  if (!found) throw new Error(`document-list has no table "${name}".`);
  return found.rows;
}

/** The read model as Emmett takes it. */
export const documentListProjection = postgreSQLProjection({
  name: 'document-list',
  version: 1,
  canHandle: documentList.types,
  handle: (messages, { connection }) => applyEvents(connection.client, messages.map(toRecorded)),
  truncate: ({ connection }) => truncateTables(connection.client),
});
