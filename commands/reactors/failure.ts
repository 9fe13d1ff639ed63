import { EventStoreUnavailableError } from '#platform/event-store';
import { isPassingSystemError } from '#platform/passing-error';
import { BusClosedError, NoResponderError, RemoteError, RequestTimeoutError } from '#platform/ports';

/** What was to be done could not be, for a reason of its own: a stage of a document, a question, a report. */
export class StageFailure extends Error {
  override name = 'StageFailure';
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Why work came to nothing: a stable name in kebab case, and words for a person. */
export type Failure = { readonly reason: string; readonly message: string };

/** How often what fails for no known reason is tried before it is said to have failed. */
const mostTries = 3;

/**
 * What to record about an error; undefined for one after which it is tried again.
 *
 * @param failures how often it failed before for what may be a reason of its own
 */
export function failureOf(error: unknown, failures: number): Failure | undefined {
  if (error instanceof StageFailure) return { reason: error.reason, message: error.message };
  if (error instanceof RemoteError && error.remoteName === 'ModelOutputError') {
    return {
      reason: 'invalid-output',
      message: `${error.message} Nothing of it was kept. Retry it, or set up another model.`,
    };
  }
  if (isPassing(error) || failures + 1 < mostTries) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  return {
    reason: isTimeout(error) ? 'timeout' : 'failed',
    message: `Failed ${mostTries} times, last with: ${message}. Retry it later.`,
  };
}

/** Nobody answered in time, or the model was stopped because it did not come to an end. */
const isTimeout = (error: unknown): boolean =>
  error instanceof RequestTimeoutError ||
  (error instanceof RemoteError && error.remoteName === 'ModelTimeoutError');

/** A timeout is none of these: a text that no model comes to an end with would come again for ever. */
export function isPassing(error: unknown): boolean {
  if (error instanceof RemoteError) return error.remoteName === 'ServiceUnavailableError';
  return (
    error instanceof EventStoreUnavailableError ||
    error instanceof NoResponderError ||
    error instanceof BusClosedError ||
    isPassingSystemError(error) ||
    (error instanceof Error && error.name === 'AbortError')
  );
}
