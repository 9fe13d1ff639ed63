import { z } from 'zod';
import { type RerankAnswer, type RerankRequest, rerankedAtOnce } from '#domain/document/inference';
import type { RerankerSettings } from '#platform/config';
import { readAtMost } from '#platform/http/read-at-most';
import { parsedJson } from '#platform/parsed-json';
import { ServiceUnavailableError } from '#platform/service-unavailable';
import { splitAddress } from '../split-address.ts';

/** A model that reads a query and a text together and says how well the one answers the other. */
export interface Reranker {
  /** @throws {ServiceUnavailableError} while its server is away, or answers what it should not: go on without it */
  rerank(request: RerankRequest): Promise<RerankAnswer>;
}

export type RerankerLimits = {
  /** Whoever searches waits this long, milliseconds, and then has the order that there was. */
  readonly patienceMs: number;
  /** A server that gave no answer in time is not waited for again for as long as this, milliseconds. */
  readonly restMs: number;
};
const usualLimits: RerankerLimits = { patienceMs: 6000, restMs: 30_000 };

/** What such models look at, 512 tokens for most; some servers refuse what is longer instead of cutting it. */
const mostCharacters = 1800;
/** Some servers send each text back with its score. */
const mostAnswerBytes = 1_000_000;

const answerSchema = z.object({
  model: z.string().min(1).max(200).optional(),
  results: z
    .array(z.object({ index: z.number().int().nonnegative(), relevance_score: z.number() }))
    .max(rerankedAtOnce),
});

/**
 * A reranker behind the HTTP API of Cohere's and Jina's (`POST {model, query, documents, top_n}`, answered by
 * `{results: [{index, relevance_score}]}`), which llama.cpp, vLLM, Infinity, LocalAI and OpenVINO serve as well. The order of
 * the results is not relied on, nor that every text is among them.
 *
 * @param settings `url` is the whole address, `http://host:8012/v1/rerank` for one
 */
export function connectReranker(
  { url: address, model, apiKey }: RerankerSettings,
  { patienceMs, restMs }: RerankerLimits = usualLimits,
): Reranker {
  const { url, headers } = splitAddress(address);
  const { host, pathname } = new URL(url);
  let restsUntil = 0;

  async function post(body: unknown): Promise<unknown> {
    const signal = AbortSignal.timeout(patienceMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...headers,
          ...(apiKey && { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify(body),
        redirect: 'error',
        signal,
      });
      const text = await readAtMost(response, mostAnswerBytes);
      if (text === undefined) {
        throw new ServiceUnavailableError('The reranker answered more than could be scores.');
      }
      if (response.ok) return parsedJson(text);
      throw new ServiceUnavailableError(
        `${refusal(response.status)}: ${oneLine(text) || response.statusText}`,
      );
    } catch (error) {
      if (error instanceof ServiceUnavailableError) throw error;
      if (signal.aborted) {
        restsUntil = Date.now() + restMs;
        throw new ServiceUnavailableError(
          `The reranker at ${host} gave no answer within ${patienceMs / 1000} s. Give it a smaller model or more cores, or unset RERANKER_URL.`,
          { cause: error },
        );
      }
      throw new ServiceUnavailableError(
        `The reranker at ${host} cannot be reached (${codeOf(error)}). Start it, or unset RERANKER_URL.`,
        { cause: error },
      );
    }
  }

  const refusal = (status: number) => {
    const at = `The reranker at ${host}`;
    if (status === 401 || status === 403) return `${at} refuses the key (set RERANKER_API_KEY)`;
    if (status === 404 || status === 405) {
      return `${at} has nothing at ${pathname} (RERANKER_URL is the whole address, such as http://host:8012/v1/rerank)`;
    }
    return `${at} answered ${status}`;
  };

  return {
    async rerank({ query, texts }) {
      if (Date.now() < restsUntil) {
        throw new ServiceUnavailableError(
          `The reranker at ${host} gave no answer in time a moment ago, and is left alone for ${restMs / 1000} s.`,
        );
      }
      const documents = texts.map((text) => text.slice(0, mostCharacters).toWellFormed());
      const answer = answerSchema.safeParse(
        await post({ ...(model && { model }), query, documents, top_n: documents.length }),
      );
      if (!answer.success || answer.data.results.length === 0) {
        throw new ServiceUnavailableError(
          `The reranker at ${host} answered without scores. RERANKER_URL must be the address of a rerank API, and its model one that reranks.`,
        );
      }
      const scores: (number | null)[] = documents.map(() => null);
      for (const { index, relevance_score } of answer.data.results) {
        if (index < scores.length) scores[index] = relevance_score;
      }
      return { model: model ?? answer.data.model ?? host, scores };
    },
  };
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : String(cause);
}

const oneLine = (text: string) =>
  text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
