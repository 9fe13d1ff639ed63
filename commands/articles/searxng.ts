import { z } from 'zod';
import { readAtMost } from '#platform/http/read-at-most';
import { parsedJson } from '#platform/parsed-json';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { StageFailure } from '../reactors/failure.ts';

const answerSchema = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string().nullish() })),
});
export type SearchResult = { readonly url: string; readonly title: string };

const searchTimeoutMs = 20_000;
/** A page of results takes some 100 KiB. */
const longestAnswer = 4 * 1024 * 1024;

/**
 * Asks a SearXNG server, by its JSON API.
 *
 * @param server its address
 * @throws {ServiceUnavailableError} while it is away or busy
 * @throws {StageFailure} if it is set up so that it cannot answer
 */
export async function searchWeb(server: string, query: string, signal: AbortSignal): Promise<SearchResult[]> {
  const url = new URL('search', server.endsWith('/') ? server : `${server}/`);
  url.search = new URLSearchParams({ q: query, format: 'json' }).toString();
  const within = AbortSignal.any([signal, AbortSignal.timeout(searchTimeoutMs)]);
  const response = await fetch(url, { signal: within, headers: { accept: 'application/json' } }).catch(() => {
    signal.throwIfAborted();
    throw new ServiceUnavailableError('The search provider does not answer.');
  });
  if (response.status === 429 || response.status >= 500) {
    throw new ServiceUnavailableError(`The search provider is busy or away (HTTP ${response.status}).`);
  }
  const text = response.ok
    ? await readAtMost(response, longestAnswer).catch(() => {
        signal.throwIfAborted();
        throw new ServiceUnavailableError('The search provider broke off its answer.');
      })
    : '';
  if (text === undefined) {
    throw new StageFailure(
      'search-provider',
      `The search provider answered with more than ${longestAnswer / 1024 / 1024} MiB, which no page of results has. Correct SEARXNG_URL.`,
    );
  }
  const parsed = answerSchema.safeParse(parsedJson(text));
  if (!parsed.success) {
    throw new StageFailure(
      'search-provider',
      `The search provider answered HTTP ${response.status}, and no JSON of SearXNG's shape. Let it answer in JSON (search.formats in its settings.yml), or correct SEARXNG_URL.`,
    );
  }
  return parsed.data.results.map(({ url: found, title }) => ({ url: found, title: title ?? found }));
}
