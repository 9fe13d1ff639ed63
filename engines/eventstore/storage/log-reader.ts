import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { viewOf } from './log-writer.ts';
import type { StoredEvent } from './stored-event.ts';
import { firstVisibleRevision } from './stream-metadata.ts';
import type { Stream } from './streams.ts';

/** Says whether an event passes, by the ids of its stream and its type. */
export type EventPredicate = (stream: number, type: number) => boolean;

export type Page = {
  readonly events: StoredEvent[];
  /** The last position (or revision) looked at, whether or not it passed the filter; the next page starts behind it. */
  readonly scannedTo: number;
  /** How many events were looked at. */
  readonly scanned: number;
  /** Nothing is left in this direction, for now. */
  readonly atEnd: boolean;
};

export type Direction = 'forwards' | 'backwards';

/** Rows of one page, so that the loop gets its turn; records are read for what passes the filter only. */
const PAGE_EVENTS = 500;
const PAGE_BYTES = 2_000_000;
const SCAN_EVENTS = 4_000;

type EventRow = [number, number, number, number, Uint8Array];

/** Reads the log in pages. A page is read in one go; between pages anything may have been appended. */
export class LogReader {
  readonly #all: Record<Direction, StatementSync>;
  readonly #scan: Record<Direction, StatementSync>;
  readonly #stream: Record<Direction, StatementSync>;
  readonly #record: StatementSync;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    const both = (forwards: string, backwards: string) => ({
      forwards: prepare(forwards),
      backwards: prepare(backwards),
    });
    const columns = 'seq, stream, rev, type, rec';
    this.#all = both(
      `SELECT ${columns} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
      `SELECT ${columns} FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?`,
    );
    this.#scan = both(
      'SELECT seq, stream, rev, type FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
      'SELECT seq, stream, rev, type FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?',
    );
    this.#stream = both(
      `SELECT ${columns} FROM events WHERE stream = ? AND rev > ? AND rev >= ? AND created >= ? ORDER BY rev LIMIT ?`,
      `SELECT ${columns} FROM events WHERE stream = ? AND rev < ? AND rev >= ? AND created >= ? ORDER BY rev DESC LIMIT ?`,
    );
    this.#record = prepare('SELECT rec FROM events WHERE seq = ?');
  }

  /** A page of `$all` on the far side of a position. */
  readAll(direction: Direction, from: number, limit: number, passes?: EventPredicate): Page {
    if (passes) return this.#readFiltered(direction, from, limit, passes);
    const wanted = Math.min(limit, PAGE_EVENTS);
    const { events, complete } = collect(this.#all[direction].iterate(from, wanted));
    return {
      events,
      scannedTo: events.at(-1)?.position ?? from,
      scanned: events.length,
      atEnd: complete && events.length < wanted,
    };
  }

  /** A page of a stream on the far side of a revision, without what its metadata hides. */
  readStream(direction: Direction, stream: Stream, from: number, limit: number): Page {
    const wanted = Math.min(limit, PAGE_EVENTS);
    const oldest = stream.maxAge === null ? 0 : Date.now() - stream.maxAge * 1000;
    const { events, complete } = collect(
      this.#stream[direction].iterate(stream.id, from, firstVisibleRevision(stream), oldest, wanted),
    );
    return {
      events,
      scannedTo: events.at(-1)?.revision ?? from,
      scanned: events.length,
      atEnd: complete && events.length < wanted,
    };
  }

  /** One event of a stream, or undefined if it is not there. */
  eventAt(stream: Stream, revision: number): StoredEvent | undefined {
    return this.readStream('forwards', stream, revision - 1, 1).events.find(
      (event) => event.revision === revision,
    );
  }

  #readFiltered(direction: Direction, from: number, limit: number, passes: EventPredicate): Page {
    const events: StoredEvent[] = [];
    let bytes = 0;
    let scanned = 0;
    let scannedTo = from;
    let full = false;
    const rows = this.#scan[direction].iterate(from, SCAN_EVENTS) as Iterable<unknown>;
    for (const [position, stream, revision, type] of rows as Iterable<[number, number, number, number]>) {
      scanned++;
      scannedTo = position;
      if (!passes(stream, type)) continue;
      const [record] = this.#record.get(position) as unknown as [Uint8Array];
      events.push({ position, stream, revision, type, record: viewOf(record) });
      bytes += record.length;
      full = events.length >= Math.min(limit, PAGE_EVENTS) || bytes > PAGE_BYTES;
      if (full) break;
    }
    return { events, scannedTo, scanned, atEnd: !full && scanned < SCAN_EVENTS };
  }
}

function collect(rows: Iterable<unknown>): { events: StoredEvent[]; complete: boolean } {
  const events: StoredEvent[] = [];
  let bytes = 0;
  // The engine's own table: its columns have the types its schema says. Checking each row would cost a third of a read.
  for (const [position, stream, revision, type, record] of rows as Iterable<EventRow>) {
    events.push({ position, stream, revision, type, record: viewOf(record) });
    bytes += record.length;
    if (bytes > PAGE_BYTES) return { events, complete: false };
  }
  return { events, complete: true };
}
