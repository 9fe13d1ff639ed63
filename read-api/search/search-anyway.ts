import type { SearchAnswer } from '../contract.ts';
import { isModelAway } from '../http/store-away.ts';
import type { ReadApiPorts } from '../ports.ts';
import { type SearchRequest, searchPassages } from './search-passages.ts';

/**
 * As `searchPassages`; where the model that is to read the query is away, a search by both goes on by words alone, and
 * the answer says why.
 *
 * @throws where the search is by meaning, whatever the model is away for
 */
export async function searchAnyway(
  ports: Pick<ReadApiPorts, 'db' | 'embedQuery' | 'rerank'>,
  request: SearchRequest,
): Promise<SearchAnswer> {
  try {
    return await searchPassages(ports, request);
  } catch (error) {
    if (request.mode !== 'hybrid' || !isModelAway(error)) throw error;
    const { hits } = await searchPassages(ports, { ...request, mode: 'text' });
    return { mode: 'hybrid', withoutVectors: error.message, hits };
  }
}
