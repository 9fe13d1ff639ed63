import {
  type FindPassagesAnswer,
  findPassagesRequestSchema,
  findPassagesSubject,
} from '#domain/question/retrieval';
import type { Bus } from '#platform/ports';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { isAway, isWaitingRunner } from '../http/store-away.ts';
import type { ReadApiPorts } from '../ports.ts';
import { searchPassages } from './search-passages.ts';

type Ports = Pick<ReadApiPorts, 'db' | 'embedQuery' | 'rerank' | 'positions'> & { readonly bus: Bus };

/** Passages of reports that may stand among those asked for, and are left out. */
const mostReportHits = 20;

const readModels = ['document-list', 'document-passages', 'passage-vectors'];
/** How long a request waits for the passages of what was there when it was made. */
const passagesTimeoutMs = 30_000;

/**
 * Answers over the bus what a search answers over HTTP, so that whoever answers questions reads what a person would find.
 * Several read APIs compete for the requests.
 *
 * @returns ends the service; resolves when what was taken is answered
 */
export function servePassages({ bus, positions, ...ports }: Ports): Promise<() => Promise<void>> {
  return bus.respond(findPassagesSubject, { queue: 'read-api', concurrency: 8 }, async (data) => {
    const { caseId, query, limit, position } = findPassagesRequestSchema.parse(data);
    if (!(await positions.waitFor(readModels, BigInt(position), passagesTimeoutMs))) {
      throw new ServiceUnavailableError('The newest documents cannot be searched yet.');
    }
    try {
      // A question is no search: what stands in quotation marks need not be found as it stands.
      const q = query.replace(/["“”]/g, ' ').slice(0, 1000);
      const { hits } = await searchPassages(ports, {
        q,
        mode: 'hybrid',
        scope: { caseId },
        limit: limit + mostReportHits,
      });
      return {
        // What a model wrote about the case is no source for another answer.
        passages: hits
          .filter(({ source }) => source === 'document')
          .slice(0, limit)
          .map(({ documentId, fileName, passageId, start, end, text, section }) => ({
            documentId,
            fileName,
            passageId,
            start,
            end,
            text,
            ...(section && { section }),
          })),
      } satisfies FindPassagesAnswer;
    } catch (error) {
      if (!isAway(error)) throw error;
      // What a model waits for is told as it is: whoever asked is to know what to mend.
      const words = isWaitingRunner(error) ? error.message : 'The search is starting or restarting.';
      throw new ServiceUnavailableError(words, { cause: error });
    }
  });
}
