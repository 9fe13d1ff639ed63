import { retryDelay } from '#platform/retry';
import { mostAttempts } from './followed.ts';
import type { Work } from './follower-work.ts';
import { partitionOf } from './partition-of.ts';
import { CheckpointMovedError, FencedError } from './read-model-store.ts';
import { retryParked } from './retry-parked.ts';

/** The parked streams that are to be tried again. */
export type Retries = {
  /** Asks for a stream; nothing if it is another partition's. */
  ask(stream: string): void;
  /**
   * Tries what can be tried now, some events of each stream.
   *
   * @returns `more`: there is more to do at once. `reopen`: something failed, and will be tried again later; the
   *   checkpoint may have moved
   * @throws {FencedError} and {CheckpointMovedError}
   */
  work(): Promise<'done' | 'more' | 'reopen'>;
};

type Asked = {
  failures: number;
  /** One event at a time finds the one at fault, when it is the store that refuses it. */
  isSingle: boolean;
};

/**
 * A stream whose retry fails waits by itself for its next try, so that it holds up nothing else. After a few failures in
 * a row the stream stays parked, with the error. What is away is waited for.
 *
 * @param limit events of a stream at a time
 * @param beckon called when a stream is due again
 * @param signal ends the waits
 */
export function createRetries(work: Work, limit: number, beckon: () => void, signal: AbortSignal): Retries {
  const { followed, checkpoint, parked, progress } = work;
  const { model, generation, partition, partitions, log } = followed;
  const due = new Map<string, Asked>();
  const waiting = new Set<string>();

  /** An event that was parked, and that the checkpoint is not past, would be folded in once more when it comes to it. */
  const isPassed = (stream: string) => (parked.lastOf(stream) ?? -1n) <= checkpoint.position();

  async function giveUp(stream: string, error: unknown, attempts: number): Promise<void> {
    const [first] = await parked.of(stream);
    if (first) await parked.parkAgain(first, { error, attempts });
  }

  async function afterFailure(stream: string, asked: Asked, error: unknown): Promise<void> {
    const failures = asked.failures + 1;
    const fields = { projection: model.name, generation, stream, err: error };
    progress.failed(error);
    if (failures >= mostAttempts && !work.isNobodysFault(error)) {
      await giveUp(stream, error, failures);
      log.error(fields, 'a parked stream failed again');
      return;
    }
    log.warn(fields, 'a parked stream was not applied; trying again');
    waiting.add(stream);
    void retryDelay(failures, signal).then(() => {
      if (!waiting.delete(stream) || signal.aborted) return;
      due.set(stream, { failures, isSingle: true });
      beckon();
    });
  }

  return {
    ask(stream) {
      if (partitionOf(stream, partitions) !== partition) return;
      // Somebody may just have mended what it waits for.
      waiting.delete(stream);
      due.set(stream, { failures: 0, isSingle: false });
      beckon();
    },
    async work() {
      for (const [stream, asked] of [...due]) {
        if (!isPassed(stream)) continue;
        try {
          if (!(await retryParked(work, stream, asked.isSingle ? 1 : limit))) due.delete(stream);
          else asked.failures = 0;
        } catch (error) {
          if (error instanceof FencedError || error instanceof CheckpointMovedError) throw error;
          due.delete(stream);
          try {
            await afterFailure(stream, asked, error);
          } catch (again) {
            due.set(stream, asked);
            throw again;
          }
          return 'reopen';
        }
      }
      return [...due.keys()].some(isPassed) ? 'more' : 'done';
    },
  };
}
