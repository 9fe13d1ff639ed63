import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';

/** What the log knows about a stream. Changed only inside a transaction, through {@link Streams}. */
export type Stream = {
  readonly id: number;
  readonly name: string;
  readonly nameBytes: Buffer;
  /** Revision of the last event, -1 if there is none. */
  last: number;
  tombstoned: boolean;
  /** Events below this revision are hidden; {@link SOFT_DELETED} hides all until the next append. */
  truncateBefore: number;
  maxCount: number | null;
  /** Seconds. */
  maxAge: number | null;
};

/** EventStoreDB writes `$tb = 2^63 - 1` to delete a stream softly; JSON numbers end at 2^53. */
export const SOFT_DELETED = Number.MAX_SAFE_INTEGER;

/** A stream's metadata lives in a stream of its own, named with this in front. */
export const METADATA_PREFIX = '$$';

const CACHED_STREAMS = 50_000;

const rowSchema = z.object({
  id: z.number(),
  name: z.string(),
  last: z.number(),
  tombstone: z.number(),
  truncate_before: z.number(),
  max_count: z.number().nullable(),
  max_age: z.number().nullable(),
});

/** The streams table, with the recently used rows in memory. Changes are written by {@link flush}, once each. */
export class Streams {
  readonly #cache = new Map<string, Stream>();
  readonly #changed = new Set<Stream>();
  readonly #byName: StatementSync;
  readonly #nameById: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;

  constructor(database: DatabaseSync) {
    this.#byName = database.prepare('SELECT * FROM streams WHERE name = ?');
    this.#nameById = database.prepare('SELECT name FROM streams WHERE id = ?');
    this.#insert = database.prepare('INSERT INTO streams (name, last) VALUES (?, -1)');
    this.#update = database.prepare(
      'UPDATE streams SET last = ?, tombstone = ?, truncate_before = ?, max_count = ?, max_age = ? WHERE id = ?',
    );
  }

  find(name: string): Stream | undefined {
    const cached = this.#cache.get(name);
    if (cached) return cached;
    const row = this.#byName.get(name);
    if (!row) return undefined;
    const { id, last, tombstone, truncate_before, max_count, max_age } = rowSchema.parse(row);
    return this.#remember({
      id,
      name,
      nameBytes: Buffer.from(name),
      last,
      tombstoned: tombstone === 1,
      truncateBefore: truncate_before,
      maxCount: max_count ?? defaultMaxCount(name),
      maxAge: max_age,
    });
  }

  /** Finds or makes the row: call it inside a transaction. */
  ensure(name: string): Stream {
    return (
      this.find(name) ??
      this.#remember({
        id: Number(this.#insert.run(name).lastInsertRowid),
        name,
        nameBytes: Buffer.from(name),
        last: -1,
        tombstoned: false,
        truncateBefore: 0,
        maxCount: defaultMaxCount(name),
        maxAge: null,
      })
    );
  }

  nameOf(id: number): string {
    return String(this.#nameById.get(id)?.name ?? '');
  }

  /** Says that a stream was changed and has to be written with this transaction. */
  touch(stream: Stream): void {
    this.#changed.add(stream);
  }

  /** Writes what changed: call it last inside a transaction. */
  flush(): void {
    for (const stream of this.#changed) {
      const { id, last, tombstoned, truncateBefore, maxCount, maxAge } = stream;
      this.#update.run(last, tombstoned ? 1 : 0, truncateBefore, maxCount, maxAge, id);
    }
    this.#changed.clear();
  }

  /** Forgets all that is in memory, after a transaction was rolled back. */
  drop(): void {
    this.#cache.clear();
    this.#changed.clear();
  }

  #remember(stream: Stream): Stream {
    if (this.#cache.size >= CACHED_STREAMS) this.#evict();
    this.#cache.set(stream.name, stream);
    return stream;
  }

  /** Drops the older half, but never a row that waits to be written. */
  #evict(): void {
    let surplus = CACHED_STREAMS / 2;
    for (const [name, stream] of this.#cache) {
      if (surplus-- <= 0) break;
      if (!this.#changed.has(stream)) this.#cache.delete(name);
    }
  }
}

/** Only the newest metadata counts, as in EventStoreDB. */
function defaultMaxCount(name: string): number | null {
  return name.startsWith(METADATA_PREFIX) ? 1 : null;
}
