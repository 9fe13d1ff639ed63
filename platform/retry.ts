import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits before try number `failures` + 1: 100 ms, doubling to 5 s, with a random half so that many do not return at once.
 * Ends early, without an error, when the signal aborts.
 */
export async function retryDelay(failures: number, signal?: AbortSignal): Promise<void> {
  const full = Math.min(5000, 100 * 2 ** Math.min(failures - 1, 10));
  await delay(full / 2 + Math.random() * (full / 2), undefined, { signal }).catch(() => {});
}
