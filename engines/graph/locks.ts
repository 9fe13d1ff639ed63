import { BoltFailure } from './bolt/failure.ts';

/**
 * - `read`: sees a snapshot, beside one writer.
 * - `write`: the one writer; LadybugDB refuses a second instead of letting it wait.
 * - `schema`: alone; LadybugDB crashes when a table changes under a running reader.
 */
export type LockMode = 'read' | 'write' | 'schema';

type Waiter = { readonly mode: LockMode; readonly grant: () => void };

/** Who may use the database now. Writers wait their turn, first come first served; readers do not wait for writers. */
export class GraphLocks {
  #waiting: Waiter[] = [];
  #readers = 0;
  #writer = false;
  #schema = false;

  /**
   * Waits for the lock.
   *
   * @param options.timeoutMs how long to wait at most, in milliseconds
   * @param options.signal gives up waiting
   * @returns a function that lets go; calling it again does nothing
   * @throws {BoltFailure} with a transient code if the time is up
   */
  async acquire(
    mode: LockMode,
    options: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<() => void> {
    options.signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { mode, grant: resolve };
    this.#waiting.push(waiter);
    const giveUp = (reason: unknown) => {
      const at = this.#waiting.indexOf(waiter);
      // Not among the waiting any more: it was granted in the same turn, and the caller has it.
      if (at === -1) return;
      this.#waiting.splice(at, 1);
      reject(reason);
      this.#grantNext();
    };
    const timer = setTimeout(
      () =>
        giveUp(
          new BoltFailure(
            'Neo.TransientError.Transaction.LockAcquisitionTimeout',
            `Another transaction held the graph for more than ${options.timeoutMs} ms.`,
          ),
        ),
      options.timeoutMs,
    );
    const abort = () => giveUp(options.signal?.reason);
    options.signal?.addEventListener('abort', abort, { once: true });
    this.#grantNext();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#release(mode);
    };
  }

  #grantNext(): void {
    const stillWaiting: Waiter[] = [];
    let barred = false;
    for (const waiter of this.#waiting) {
      if (barred || !this.#isFree(waiter.mode)) {
        stillWaiting.push(waiter);
        // Nobody overtakes a waiting schema change, or readers could keep it out for ever.
        barred ||= waiter.mode === 'schema';
        continue;
      }
      if (waiter.mode === 'read') this.#readers += 1;
      else if (waiter.mode === 'write') this.#writer = true;
      else this.#schema = true;
      waiter.grant();
    }
    this.#waiting = stillWaiting;
  }

  #isFree(mode: LockMode): boolean {
    if (this.#schema) return false;
    if (mode === 'read') return true;
    return !this.#writer && (mode === 'write' || this.#readers === 0);
  }

  #release(mode: LockMode): void {
    if (mode === 'read') this.#readers -= 1;
    else if (mode === 'write') this.#writer = false;
    else this.#schema = false;
    this.#grantNext();
  }
}
