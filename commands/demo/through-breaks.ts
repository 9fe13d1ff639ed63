import { EventStoreUnavailableError } from '#platform/event-store';
import { retryDelay } from '#platform/retry';

/**
 * Takes a step, and takes it again with growing pauses for as long as the log is away.
 *
 * @param step safe to repeat
 * @throws what the step threw, if that was something else or the signal has aborted
 */
export async function throughBreaks<Result>(
  step: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (let failures = 1; ; failures++) {
    try {
      return await step();
    } catch (error) {
      if (signal.aborted || !(error instanceof EventStoreUnavailableError)) throw error;
      await retryDelay(failures, signal);
    }
  }
}
