import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventPredicate } from './log-reader.ts';
import { viewOf } from './log-writer.ts';

/** Records of events in log order, as a read sends them. */
export type RecordPage = {
  readonly positions: readonly number[];
  /** Length of each record in bytes. */
  readonly lengths: readonly number[];
  /** The records, one right behind the other. */
  readonly bytes: Buffer;
  /** The last position looked at, whether or not it passed the filter; the next page starts behind it. */
  readonly scannedTo: number;
  /** Nothing is left, for now. */
  readonly atEnd: boolean;
};

/** Bounds of a page, so that the loop gets its turn. */
const PAGE_EVENTS = 500;
const PAGE_BYTES = 2_000_000;
const SCAN_EVENTS = 4_000;

/**
 * Reads `$all` forwards where nothing is needed but the records. SQLite joins the records of a page into one value: to
 * bring each of them into JavaScript takes three times as long as all the rest of reading it.
 */
export class RecordReader {
  readonly #scan: StatementSync;
  readonly #records: StatementSync;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string) => {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#scan = prepare(
      'SELECT seq, stream, type, length(rec) FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
    );
    // As text a value is joined byte for byte; as a blob it comes out as it was. The order of the inner query holds.
    this.#records = prepare(`
      SELECT CAST(group_concat(CAST(rec AS TEXT), '') AS BLOB) FROM (
        SELECT rec FROM events WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq
      )`);
  }

  /** A page behind a position. */
  page(from: number, limit: number, passes?: EventPredicate): RecordPage {
    const positions: number[] = [];
    const lengths: number[] = [];
    const wanted = Math.min(limit, PAGE_EVENTS);
    let total = 0;
    let scanned = 0;
    let scannedTo = from;
    const rows = this.#scan.iterate(from, SCAN_EVENTS) as Iterable<unknown>;
    for (const [position, stream, type, length] of rows as Iterable<[number, number, number, number]>) {
      scanned++;
      scannedTo = position;
      if (passes && !passes(stream, type)) continue;
      positions.push(position);
      lengths.push(length);
      total += length;
      if (positions.length >= wanted || total > PAGE_BYTES) break;
    }
    const full = positions.length >= wanted || total > PAGE_BYTES;
    const bytes = this.#joined(positions, total);
    return { positions, lengths, bytes, scannedTo, atEnd: !full && scanned < SCAN_EVENTS };
  }

  #joined(positions: readonly number[], total: number): Buffer {
    if (positions.length === 0) return Buffer.alloc(0);
    const [bytes] = this.#records.get(JSON.stringify(positions)) as unknown as [Uint8Array];
    if (bytes.length !== total)
      throw new Error(`SQLite joined ${total} bytes of records to ${bytes.length}.`);
    return viewOf(bytes);
  }
}
