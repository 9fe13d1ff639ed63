import { type Failure, failureOf } from './failure.ts';
import type { Attempt } from './reactor.ts';

/**
 * Does the work of an event, or records why it came to nothing.
 *
 * @param record given a failure that is to be said of it
 * @param waiting told of what passes by itself
 * @throws what passes by itself, so that the event comes again
 */
export async function orFailure(
  { failures, signal }: Attempt,
  work: () => Promise<unknown>,
  record: (failure: Failure) => Promise<unknown>,
  waiting?: (error: unknown) => void,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // What a stop breaks off says nothing about the work.
    if (signal.aborted) throw error;
    const failure = failureOf(error, failures);
    if (!failure) {
      waiting?.(error);
      throw error;
    }
    await record(failure);
  }
}
