import type { Clock } from './clock.ts';

export type TokenBucket = {
  /** Resolves when so many events may go; ends early, without an error, when the signal aborts. */
  take(events: number, signal: AbortSignal): Promise<void>;
};

/**
 * Holds a flow of events to a rate. More than there are tokens may be taken at once: whoever did waits until the debt
 * is paid, so that the rate holds whatever the size of the batches.
 *
 * @param rate events a second; a tenth of a second's worth may be saved up
 */
export function createTokenBucket(rate: number, clock: Clock): TokenBucket {
  const most = rate / 10;
  let tokens = most;
  let filledAt = clock.now();
  return {
    async take(events, signal) {
      const now = clock.now();
      tokens = Math.min(most, tokens + ((now - filledAt) / 1000) * rate);
      filledAt = now;
      tokens -= events;
      if (tokens < 0 && !signal.aborted) await clock.wait((-tokens / rate) * 1000, signal);
    },
  };
}
