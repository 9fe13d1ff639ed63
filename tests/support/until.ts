import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is one. A condition that throws has not come true yet.
 *
 * @param what the condition in words, for the error
 * @returns the first answer that is neither undefined nor false
 * @throws {Error} after `timeoutMs`, with what was seen last
 */
export async function until<Value>(
  what: string,
  condition: () => Promise<Value | undefined | false> | Value | undefined | false,
  { timeoutMs = 120_000, intervalMs = 50 } = {},
): Promise<Value> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    let lastError: unknown;
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > end) {
      throw new Error(`Not within ${timeoutMs / 1000} s: ${what}.`, { cause: lastError });
    }
    await delay(intervalMs);
  }
}
