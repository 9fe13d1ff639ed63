import type { Logger } from '#platform/log';

/** Runs a statement of the engine's own; see `Database.query`. */
type Query = (sql: string) => (string | null)[][];

const MEBIBYTE = 1024 * 1024;
/** Write-ahead log since the last checkpoint: so much is waited for while idle, and so much is too much in any case. */
const CHECKPOINT_WHEN_IDLE = 64 * MEBIBYTE;
const CHECKPOINT_ANYWAY = 256 * MEBIBYTE;
/** How often to look, and for how long a busy session may put off a vacuum. */
const LOOK_EVERY_MS = 5_000;
const PUT_OFF_AT_MOST_MS = 60_000;

/**
 * What a PostgreSQL server has background processes for and PGlite, which runs as a single process, leaves undone:
 * checkpoints (without them the write-ahead log grows for ever, and so does recovery), and the work of autovacuum with
 * its default thresholds. Done between the clients' batches, when they pause.
 */
export class Maintenance {
  readonly #query: Query;
  readonly #log: Logger;
  #lookedAt = 0;
  #tidiedAt = Date.now();

  constructor(query: Query, log: Logger) {
    this.#query = query;
    this.#log = log;
  }

  /** To be called about every second, outside a transaction. `idle`: no client has asked for anything just now. */
  tick(idle: boolean, now: number): void {
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    try {
      this.#checkpoint(idle ? CHECKPOINT_WHEN_IDLE : CHECKPOINT_ANYWAY);
      if (!idle && now - this.#tidiedAt < PUT_OFF_AT_MOST_MS) return;
      this.#tidiedAt = now;
      this.#tidyOneTable();
    } catch (error) {
      this.#log.warn({ err: error }, 'maintenance of the embedded Postgres failed and is tried again later');
    }
  }

  #checkpoint(threshold: number): void {
    const [row] = this.#query(
      'SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint FROM pg_control_checkpoint()',
    );
    if (Number(row?.[0] ?? 0) >= threshold) this.#query('CHECKPOINT');
  }

  /** One at a time, the most needy first: each stalls the session for its while. */
  #tidyOneTable(): void {
    const [row] = this.#query(MOST_NEEDY_TABLE);
    const [table, needsVacuum] = row ?? [];
    if (!table) return;
    this.#query(needsVacuum === 't' ? `VACUUM (ANALYZE) ${table}` : `ANALYZE ${table}`);
  }
}

/** Autovacuum's formulas with its default settings; see "The Autovacuum Daemon" in PostgreSQL's manual. */
const MOST_NEEDY_TABLE = `
  SELECT format('%I.%I', schemaname, relname), n_dead_tup > 50 + 0.2 * n_live_tup
  FROM pg_stat_user_tables
  WHERE n_dead_tup > 50 + 0.2 * n_live_tup OR n_mod_since_analyze > 50 + 0.1 * n_live_tup
  ORDER BY 2 DESC, greatest(n_dead_tup, n_mod_since_analyze) DESC
  LIMIT 1`;
