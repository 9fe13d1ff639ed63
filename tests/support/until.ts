import { setTimeout as delay } from 'node:timers/promises';

/** What is waited for cannot come any more. */
export class NeverError extends Error {
  override name = 'NeverError';
}

/**
 * Asks again and again until the answer is one. A condition that throws has not come true yet, unless it throws
 * {@link NeverError}.
 *
 * @param what the condition in words, for the error
 * @returns the first answer that is neither undefined nor false
 * @throws {Error} after `timeoutMs`, with what was seen last
 */
export async function until<Value>(
  what: string,
  condition: () => Promise<Value | undefined | false> | Value | undefined | false,
  { timeoutMs = 160_000, intervalMs = 50 } = {},
): Promise<Value> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    let lastError: unknown;
    try {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      if (error instanceof NeverError) throw error;
      lastError = error;
    }
    if (Date.now() > end) {
      throw new Error(`Not within ${timeoutMs / 1000} s: ${what}.`, { cause: lastError });
    }
    await delay(intervalMs);
  }
}
