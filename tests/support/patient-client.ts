import { setTimeout as delay } from 'node:timers/promises';
import { type CasefoldClient, RefusedError } from './casefold-client.ts';

const patienceMs = 160_000;

/** A client that comes again when it is told when to, as clients should: what it reads may not be to be seen yet. */
export function patientClient(
  client: CasefoldClient,
): Pick<CasefoldClient, 'json' | 'documents' | 'request'> {
  async function persist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (const end = Date.now() + patienceMs; ; ) {
      try {
        return await ask();
      } catch (error) {
        const retryAfter =
          error instanceof RefusedError && error.status === 503 ? error.retryAfter : undefined;
        if (retryAfter === undefined || Date.now() > end) throw error;
        await delay(retryAfter * 1000);
      }
    }
  }
  return {
    request: client.request,
    json: (...asked) => persist(() => client.json(...asked)),
    documents: (...asked) => persist(() => client.documents(...asked)),
  };
}
