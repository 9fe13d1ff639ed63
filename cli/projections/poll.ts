import { setTimeout as delay } from 'node:timers/promises';
import { UnreachableError } from '../exit-codes.ts';
import { RefusedError } from '../running-casefold.ts';

const intervalMs = 500;
/** A Casefold that is started again is back by then, and a rebuild goes on where it was. */
const longestSilenceMs = 120_000;

/** Whether Casefold, or a part of it, is away for a moment. */
export const isAway = (error: unknown) =>
  error instanceof UnreachableError || (error instanceof RefusedError && error.status >= 500);

/**
 * Asks until there is an answer, through restarts of Casefold.
 *
 * @param timeoutSeconds gives up after this; never, if left out
 * @returns undefined if the time ran out
 * @throws {UnreachableError} if Casefold stays away for two minutes
 */
export async function poll<Value>(
  ask: () => Promise<Value | undefined>,
  timeoutSeconds: number | undefined,
): Promise<Value | undefined> {
  const end = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutSeconds * 1000;
  let heardAt = Date.now();
  for (;;) {
    try {
      const value = await ask();
      if (value !== undefined) return value;
      heardAt = Date.now();
    } catch (error) {
      if (!isAway(error) || Date.now() - heardAt > longestSilenceMs) throw error;
    }
    const rest = end - Date.now();
    if (rest <= 0) return undefined;
    await delay(Math.min(intervalMs, rest));
  }
}
