import type { TaskTimes } from '#domain/model-task';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { ModelTimeoutError } from '../inference/model-errors.ts';

/**
 * Does a piece of work when its turn comes, in the time that whoever asked has for it.
 *
 * @param work ends when its signal aborts
 * @throws {ServiceUnavailableError} if its turn does not come in time: it says nothing about the work, which never began
 * @throws {ModelTimeoutError} if it is not over in time
 * @throws the signal's reason when it is aborted
 */
export type InTurn = <Answer>(
  times: TaskTimes,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Answer>,
) => Promise<Answer>;

/** Timers take no more milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** Lets so much work be done at a time, first come first served. */
export function takingTurns(atATime: number): InTurn {
  let running = 0;
  const waiting = new Set<() => void>();

  /** Resolves when it is one's turn. */
  function turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const begin = () => {
      running += 1;
      resolve();
    };
    if (running < atATime) begin();
    else waiting.add(begin);
    const giveUp = () => {
      waiting.delete(begin);
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  function end(): void {
    running -= 1;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    next();
  }

  return async ({ beginBy, endBy }, signal, work) => {
    await within(beginBy, signal, tooLateToBegin, turn);
    try {
      return await within(endBy, signal, tooLateToEnd, work);
    } finally {
      end();
    }
  };
}

const tooLateToBegin = () =>
  new ServiceUnavailableError(
    'The models have so much to do that this was not begun in time. It is asked again.',
  );
const tooLateToEnd = () =>
  new ModelTimeoutError('It was not done in the time there was for it, and was stopped.');

/** Gives work a signal that also aborts at a time. */
async function within<Answer>(
  time: number | undefined,
  signal: AbortSignal,
  fault: () => Error,
  work: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  if (time === undefined) return work(signal);
  const over = new AbortController();
  const left = time - Date.now();
  if (left <= 0) throw fault();
  const timer = setTimeout(() => over.abort(fault()), Math.min(left, longestTimer));
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } finally {
    clearTimeout(timer);
  }
}
