import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { getPostgreSQLEventStore, type Message } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import type { RecordedEvent } from '../../../domain/event.ts';
import type { EventStore } from '../../../platform/event-store.ts';

/** Emmett reads from position 1 on; the first event of our log may be at 0. */
const shift = 1n;
const columns =
  'stream_id, stream_position, global_position, transaction_id, message_schema_version, message_id, message_type, message_data, message_metadata';

/**
 * Writes our events into Emmett's tables, as its own appends would: with their positions, a batch in a transaction.
 *
 * @param types those that the read model takes
 */
export async function loadMessages(
  store: EventStore,
  postgresUrl: string,
  types: readonly string[],
): Promise<void> {
  const emmett = getPostgreSQLEventStore(postgresUrl);
  await emmett.schema.migrate();
  await emmett.close();
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  for await (const { events } of store.scan({ types })) {
    await client.query('BEGIN');
    const { rows } = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
    const lines = events.map((event) => lineOf(event, rows[0]?.id ?? ''));
    const copy = client.query(from(`COPY emt_messages (${columns}) FROM STDIN`));
    await pipeline(Readable.from([lines.join('')]), copy);
    await client.query('COMMIT');
  }
  await client.query('ANALYZE emt_messages');
  await client.end();
}

function lineOf(event: RecordedEvent, transaction: string): string {
  const { created, metadata, stream, revision, position } = event;
  const fields = [
    ...[stream, revision, position + shift, transaction, metadata.schemaVersion, event.id, event.type],
    JSON.stringify(event.data),
    JSON.stringify({ ...metadata, created: created.toISOString() }),
  ];
  return `${fields.map((field) => String(field).replaceAll('\\', '\\\\')).join('\t')}\n`;
}

/** The event as our fold knows it. */
export function toRecorded({ type, data, metadata }: Message): RecordedEvent {
  const { messageId, streamName, streamPosition, globalPosition, created, ...ours } = metadata;
  return {
    ...{ type, data, id: messageId, stream: streamName, revision: streamPosition },
    position: globalPosition - shift,
    created: new Date(String(created)),
    metadata: ours as RecordedEvent['metadata'],
  };
}
