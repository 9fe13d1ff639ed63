import type { DatabaseSync } from 'node:sqlite';

/** The transaction could not be committed: nothing of it happened. */
export class CommitFailedError extends Error {
  override name = 'CommitFailedError';
}

type Work = {
  readonly weight: number;
  readonly run: () => void;
  readonly committed: () => void;
  readonly failed: (error: Error) => void;
};

/** Ends a transaction early enough that the loop is not blocked for long. */
const MAX_WEIGHT = 4_000_000;

/**
 * Group commit: all work that is queued when the loop gets round to it runs in one transaction, and is answered after
 * COMMIT has returned, which is after the disk has it. One fsync then serves every writer that was waiting.
 */
export class CommitQueue {
  readonly #database: DatabaseSync;
  readonly #hooks: { beforeCommit(): void; afterCommit(): void; afterRollback(): void };
  #queue: Work[] = [];
  #scheduled = false;

  constructor(
    database: DatabaseSync,
    hooks: { beforeCommit(): void; afterCommit(): void; afterRollback(): void },
  ) {
    this.#database = database;
    this.#hooks = hooks;
  }

  /**
   * @param weight about how many bytes the work writes
   * @param work runs inside the transaction; it answers expected refusals with its result, and throws only when the
   *   whole transaction has to be given up
   * @returns what `work` returned, once it is on disk
   * @throws {CommitFailedError} if the transaction was rolled back
   */
  submit<T>(weight: number, work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T;
      this.#queue.push({
        weight,
        run: () => {
          result = work();
        },
        committed: () => resolve(result),
        failed: reject,
      });
      this.#schedule();
    });
  }

  /** Commits everything that is queued, now. */
  drain(): void {
    while (this.#queue.length > 0) this.#commitNext();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#queue.length > 0) this.#commitNext();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #commitNext(): void {
    const group = this.#takeGroup();
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const work of group) work.run();
      this.#hooks.beforeCommit();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      this.#hooks.afterRollback();
      const reason = error instanceof Error ? error.message : String(error);
      const failure = new CommitFailedError(`The event log could not be written: ${reason}`, {
        cause: error,
      });
      for (const work of group) work.failed(failure);
      return;
    }
    for (const work of group) work.committed();
    this.#hooks.afterCommit();
  }

  #takeGroup(): Work[] {
    let weight = 0;
    let count = 0;
    for (const work of this.#queue) {
      if (count > 0 && weight + work.weight > MAX_WEIGHT) break;
      weight += work.weight;
      count++;
    }
    return this.#queue.splice(0, count);
  }
}
