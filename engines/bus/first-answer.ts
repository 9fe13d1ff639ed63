import { RequestTimeoutError } from '#platform/ports';

/**
 * Waits for an answer, a timeout in milliseconds, or an abort, whichever comes first.
 *
 * @throws {RequestTimeoutError}
 * @throws the signal's reason
 */
export async function firstAnswer<Answer>(
  answer: Promise<Answer>,
  subject: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { promise: cutOff, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new RequestTimeoutError(subject, timeoutMs)), timeoutMs);
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  try {
    return await Promise.race([answer, cutOff]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
