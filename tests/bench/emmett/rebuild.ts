import { type Message, rebuildPostgreSQLProjections } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';
import { applyEvents, documentListProjection } from './document-list.ts';
import { toRecorded } from './messages.ts';

/** Messages that are read at once. By default Emmett reads 100, and looks at all of its table for each hundred. */
const batchSize = 10_000;

/** Rebuilds as Emmett's own documentation says, with the read-ahead and the pause between batches set in its favour. */
export async function rebuildByEmmett(postgresUrl: string): Promise<void> {
  const consumer = rebuildPostgreSQLProjections({
    connectionString: postgresUrl,
    projections: [documentListProjection],
    pulling: { batchSize, pullingFrequencyInMs: 0 },
  });
  await consumer.start();
  await consumer.close();
}

type Row = {
  readonly stream_id: string;
  readonly stream_position: string;
  readonly global_position: string;
  readonly message_id: string;
  readonly message_type: string;
  readonly message_data: unknown;
  readonly message_metadata: Record<string, unknown>;
};

/**
 * What a hand can make of Emmett's tables: its messages in its own order by a cursor, the next batch read while one is
 * folded, and each batch's rows read, evolved and written together.
 */
export async function rebuildByCursor(postgresUrl: string): Promise<void> {
  const [reader, writer] = [postgresUrl, postgresUrl].map(
    (connectionString) => new pg.Client({ connectionString }),
  );
  if (!reader || !writer) throw new Error('There are no connections.');
  await reader.connect();
  await writer.connect();
  await reader.query('BEGIN');
  await reader.query(`DECLARE messages NO SCROLL CURSOR FOR
    SELECT stream_id, stream_position, global_position, message_data, message_metadata, message_type, message_id
    FROM emt_messages WHERE partition = 'emt:default' AND is_archived = FALSE
      AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY transaction_id, global_position`);
  const read = () => reader.query<Row>(`FETCH ${batchSize} FROM messages`);
  for (let next = read(); ; ) {
    const { rows } = await next;
    if (rows.length === 0) break;
    next = read();
    await writer.query('BEGIN');
    await applyEvents(
      writer,
      rows.map((row) => toRecorded(messageOf(row))),
    );
    await writer.query('COMMIT');
  }
  await reader.query('COMMIT');
  await reader.end();
  await writer.end();
}

const messageOf = (row: Row): Message => ({
  type: row.message_type,
  data: row.message_data,
  metadata: {
    ...row.message_metadata,
    messageId: row.message_id,
    streamName: row.stream_id,
    streamPosition: BigInt(row.stream_position),
    globalPosition: BigInt(row.global_position),
  },
});
