import type { DatabaseSync } from 'node:sqlite';
import type { ExpectedRevision } from './append-decision.ts';
import { CommitQueue } from './commit-queue.ts';
import { openDatabase } from './database.ts';
import { EventTypes } from './event-types.ts';
import { type Direction, type EventPredicate, LogReader, type Page } from './log-reader.ts';
import { LogWriter, type WriteOutcome } from './log-writer.ts';
import type { ProposedEvent } from './proposed-event.ts';
import { type RecordPage, RecordReader } from './record-reader.ts';
import type { StoredEvent } from './stored-event.ts';
import { type Stream, Streams } from './streams.ts';
import { Tail } from './tail.ts';

const LIVE_PAGE_EVENTS = 1_000;
/** Bytes, about, of a write that has a size of its own only in name. */
const SMALL_WRITE = 500;

/**
 * The log: one table of events in order, in one SQLite file. Writes are queued and committed in groups; reads are
 * pages; `onCommit` tells subscribers that there is more.
 */
export class EventLog {
  readonly database: DatabaseSync;
  readonly streams: Streams;
  readonly types: EventTypes;
  readonly queue: CommitQueue;
  readonly #writer: LogWriter;
  readonly #reader: LogReader;
  readonly #records: RecordReader;
  readonly #tail = new Tail();
  readonly #listeners = new Set<() => void>();
  /** Position of the last event that is on disk; 0 when there is none. */
  head: number;

  /** Opens the log in a folder, or starts one. */
  constructor(folder: string) {
    this.database = openDatabase(folder);
    this.streams = new Streams(this.database);
    this.types = new EventTypes(this.database);
    this.#writer = new LogWriter(this.database, this.streams, this.types);
    this.#reader = new LogReader(this.database);
    this.#records = new RecordReader(this.database);
    this.head = this.#writer.head;
    this.queue = new CommitQueue(this.database, {
      beforeCommit: () => this.streams.flush(),
      afterCommit: () => this.#publish(),
      afterRollback: () => this.#reload(),
    });
  }

  /** Appends events to a stream; resolves when they are on disk, or with the reason why they were refused. */
  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly ProposedEvent[],
  ): Promise<WriteOutcome> {
    const bytes = events.reduce(
      (sum, event) => sum + event.data.length + event.customMetadata.length + 200,
      0,
    );
    return this.queue.submit(bytes, () => this.#writer.append(stream, expected, events));
  }

  /** Deletes a stream softly: its events are hidden, and it can be appended to again. */
  delete(stream: string, expected: ExpectedRevision): Promise<WriteOutcome> {
    return this.queue.submit(SMALL_WRITE, () => this.#writer.delete(stream, expected));
  }

  /** Deletes a stream for good: it can neither be read nor appended to again. */
  tombstone(stream: string, expected: ExpectedRevision): Promise<WriteOutcome> {
    return this.queue.submit(SMALL_WRITE, () => this.#writer.tombstone(stream, expected));
  }

  /** Hides the events of a stream below a revision. */
  truncate(stream: string, revision: number): Promise<void> {
    return this.queue.submit(SMALL_WRITE, () => this.#writer.truncate(this.streams.ensure(stream), revision));
  }

  /** A page of `$all` behind a position, from memory where it is recent. */
  readAll(direction: Direction, from: number, limit: number, passes?: EventPredicate): Page {
    const recent = direction === 'forwards' ? this.#tail.after(from, LIVE_PAGE_EVENTS) : undefined;
    if (!recent) return this.#reader.readAll(direction, from, limit, passes);
    const events: StoredEvent[] = [];
    let scanned = 0;
    for (const event of recent) {
      scanned++;
      if (!passes || passes(event.stream, event.type)) events.push(event);
      if (events.length >= limit) break;
    }
    return { events, scanned, scannedTo: from + scanned, atEnd: from + scanned >= this.head };
  }

  /** A page of `$all` behind a position, forwards, as the records of its events. */
  readRecords(from: number, limit: number, passes?: EventPredicate): RecordPage {
    return this.#records.page(from, limit, passes);
  }

  /** A page of a stream behind a revision, without what its metadata hides. */
  readStream(direction: Direction, stream: Stream, from: number, limit: number): Page {
    return this.#reader.readStream(direction, stream, from, limit);
  }

  eventAt(stream: Stream, revision: number): StoredEvent | undefined {
    return this.#reader.eventAt(stream, revision);
  }

  /** Calls back after every commit that wrote events. @returns a function that ends it */
  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Commits what is queued and closes the file. */
  close(): void {
    this.queue.drain();
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.database.close();
  }

  #publish(): void {
    const written = this.#writer.takeWritten();
    if (written.length === 0) return;
    for (const event of written) this.#tail.push(event);
    this.head = this.#writer.head;
    for (const listener of this.#listeners) listener();
  }

  #reload(): void {
    this.streams.drop();
    this.types.reload();
    this.#writer.reload();
  }
}
