import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { decodeRecord, encodeRecordedEvent, eventIdOf } from '../wire/recorded-event.ts';
import {
  type AppendDecision,
  decideAppend,
  type ExpectedRevision,
  type StreamHistory,
  type WrittenEvent,
} from './append-decision.ts';
import type { EventTypes } from './event-types.ts';
import { type ProposedEvent, systemEvent } from './proposed-event.ts';
import { RecentIds } from './recent-ids.ts';
import type { StoredEvent } from './stored-event.ts';
import { applyMetadata, softDeletedMetadata, truncatedMetadata } from './stream-metadata.ts';
import { METADATA_PREFIX, SOFT_DELETED, type Stream, type Streams } from './streams.ts';

export type WriteOutcome =
  /** `revision` is that of the last event (-1 if the stream has none), `position` is missing if nothing was written. */
  | { readonly kind: 'written'; readonly revision: number; readonly position: number | undefined }
  | Exclude<AppendDecision, { kind: 'append' } | { kind: 'repeated' }>;

/** Ids remembered for `any`; about as many as EventStoreDB's own cache of committed events holds. */
const REMEMBERED_IDS = 50_000;
/** What a tombstone's revision is on the wire. */
const TOMBSTONE_REVISION = 2n ** 63n - 1n;

const writtenRowSchema = z.tuple([z.number(), z.number(), z.instanceof(Uint8Array)]);
const recentRowSchema = z.tuple([z.number(), z.number(), z.string()]);

/** A delete has no event ids that could repeat. */
const NO_HISTORY: StreamHistory = { eventsFrom: () => [], recentRevision: () => undefined };

/** Writes events. Every method runs inside a transaction of the commit queue. */
export class LogWriter {
  /** Position of the last event, those of the open transaction included. */
  head: number;
  readonly #streams: Streams;
  readonly #types: EventTypes;
  readonly #recent = new RecentIds(REMEMBERED_IDS);
  readonly #insert: StatementSync;
  readonly #eventsFrom: StatementSync;
  readonly #lastPosition: StatementSync;
  readonly #recentRows: StatementSync;
  #written: StoredEvent[] = [];

  constructor(database: DatabaseSync, streams: Streams, types: EventTypes) {
    this.#streams = streams;
    this.#types = types;
    this.#insert = database.prepare(
      'INSERT INTO events (seq, stream, rev, type, created, rec) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#eventsFrom = database.prepare(
      'SELECT seq, rev, rec FROM events WHERE stream = ? AND rev >= ? ORDER BY rev LIMIT ?',
    );
    this.#eventsFrom.setReturnArrays(true);
    this.#lastPosition = database.prepare('SELECT ifnull(max(seq), 0) AS head FROM events');
    // The id is the first thing in a record: 36 characters after 4 bytes of framing.
    this.#recentRows = database.prepare(
      'SELECT stream, rev, CAST(substr(rec, 5, 36) AS TEXT) FROM events WHERE seq > ? ORDER BY seq',
    );
    this.#recentRows.setReturnArrays(true);
    this.head = this.#readHead();
    this.#rememberRecent();
  }

  append(streamName: string, expected: ExpectedRevision, events: readonly ProposedEvent[]): WriteOutcome {
    const stream = this.#streams.ensure(streamName);
    const decision = decideAppend(
      stream,
      expected,
      events.map((event) => event.id),
      {
        eventsFrom: (revision, count) => this.#read(stream, revision, count),
        recentRevision: (id) => this.#recent.revisionOf(stream.id, id),
      },
    );
    if (decision.kind === 'repeated') {
      return { kind: 'written', revision: decision.last.revision, position: decision.last.position };
    }
    if (decision.kind !== 'append') return decision;
    if (stream.truncateBefore === SOFT_DELETED && events.length > 0) this.truncate(stream, stream.last + 1);
    for (const event of events) this.#write(stream, event);
    return { kind: 'written', revision: stream.last, position: events.length > 0 ? this.head : undefined };
  }

  /** Hides all events of a stream; the next append brings it back, with the old events still hidden. */
  delete(streamName: string, expected: ExpectedRevision): WriteOutcome {
    const stream = this.#streams.ensure(streamName);
    const decision = decideAppend(stream, expected, [], NO_HISTORY);
    if (decision.kind === 'wrong-expected-revision' || decision.kind === 'stream-deleted') return decision;
    this.#writeMetadata(stream, softDeletedMetadata(this.#metadataOf(stream)));
    return { kind: 'written', revision: stream.last, position: this.head };
  }

  /** Closes a stream for ever. */
  tombstone(streamName: string, expected: ExpectedRevision): WriteOutcome {
    const stream = this.#streams.ensure(streamName);
    const decision = decideAppend(stream, expected, [], NO_HISTORY);
    if (decision.kind === 'wrong-expected-revision' || decision.kind === 'stream-deleted') return decision;
    this.#write(stream, systemEvent('$streamDeleted', Buffer.from('{}')), TOMBSTONE_REVISION);
    stream.tombstoned = true;
    return { kind: 'written', revision: stream.last, position: this.head };
  }

  /** Hides the events of a stream below a revision, keeping the rest of its metadata. */
  truncate(stream: Stream, revision: number): void {
    this.#writeMetadata(stream, truncatedMetadata(this.#metadataOf(stream), revision));
  }

  #writeMetadata(stream: Stream, data: Buffer): void {
    this.#write(this.#streams.ensure(METADATA_PREFIX + stream.name), systemEvent('$metadata', data));
  }

  #metadataOf(stream: Stream): Uint8Array | undefined {
    const metastream = this.#streams.find(METADATA_PREFIX + stream.name);
    const row = metastream && this.#eventsFrom.get(metastream.id, metastream.last, 1);
    return row && decodeRecord(writtenRowSchema.parse(row)[2]).getData_asU8();
  }

  #write(stream: Stream, event: ProposedEvent, wireRevision?: bigint): void {
    const position = this.head + 1;
    const revision = stream.last + 1;
    const created = Date.now();
    const record = encodeRecordedEvent({
      ...event,
      stream: stream.nameBytes,
      revision: wireRevision ?? revision,
      position,
      created,
    });
    const type = this.#types.intern(event.type);
    this.#insert.run(position, stream.id, revision, type, created, record);
    this.head = position;
    stream.last = revision;
    this.#streams.touch(stream);
    this.#recent.add(stream.id, event.id, revision);
    this.#written.push({ position, stream: stream.id, revision, type, record });
    if (event.type === '$metadata' && stream.name.startsWith(METADATA_PREFIX)) {
      const target = this.#streams.ensure(stream.name.slice(METADATA_PREFIX.length));
      applyMetadata(target, event.data);
      this.#streams.touch(target);
    }
  }

  /** What was written since the last call: the events of the transaction that was just committed. */
  takeWritten(): StoredEvent[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }

  /** Goes back to what the database holds, after a rollback. */
  reload(): void {
    this.#written = [];
    this.head = this.#readHead();
    this.#recent.clear();
    this.#rememberRecent();
  }

  #readHead(): number {
    return Number(this.#lastPosition.get()?.head);
  }

  #read(stream: Stream, revision: number, count: number): WrittenEvent[] {
    return this.#eventsFrom.all(stream.id, revision, count).map((row) => {
      const [position, rev, record] = writtenRowSchema.parse(row);
      return { id: eventIdOf(viewOf(record)), revision: rev, position };
    });
  }

  #rememberRecent(): void {
    for (const row of this.#recentRows.iterate(this.head - REMEMBERED_IDS)) {
      const [stream, revision, id] = recentRowSchema.parse(row);
      this.#recent.add(stream, id, revision);
    }
  }
}

/** SQLite hands out plain byte arrays; this gives them Buffer's methods without a copy. */
export function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
