import { setTimeout as delay } from 'node:timers/promises';

/** Time, as a fill sees it; tests have one of their own. */
export type Clock = {
  /** Milliseconds of a steady clock. */
  now(): number;
  /** Ends early, without an error, when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => {}),
};
