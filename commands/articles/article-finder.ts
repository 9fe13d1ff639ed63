import type { Article } from '#domain/question/events';
import { putText } from '#platform/document-text';
import { derivedId } from '#platform/ids';
import type { BlobStore } from '#platform/ports';
import { ExtractionError, type Extractor } from '../extraction/extractor.ts';
import type { PageFetcher } from './fetch-page.ts';
import { RefusedPage } from './refused-page.ts';
import type { FetchedPage } from './request-page.ts';
import { type SearchResult, searchWeb } from './searxng.ts';

export type FoundArticles = {
  readonly query: string;
  readonly provider: string;
  readonly articles: Article[];
  /** What was found but not read, and why. */
  readonly refused: { url: string; reason: string; message: string }[];
};

export type ArticleFinder = {
  /**
   * Finds pages that fit a question, fetches the first few, and keeps each as evidence: its bytes and its text as blobs.
   *
   * @param tell told what is being fetched
   * @throws {ServiceUnavailableError} while the search provider is away
   */
  find(question: string, tell: (step: string) => void, signal: AbortSignal): Promise<FoundArticles>;
};

/** Pages fetched for one question, one after another: nobody's server is pressed. */
const mostArticles = 4;
/** Results looked at until that many could be read. */
const mostTried = 8;
const longestText = 400_000;

type Ports = {
  /** Address of a SearXNG server. */
  readonly server: string;
  readonly fetchPage: PageFetcher;
  readonly blobs: BlobStore;
  readonly extractor: Extractor;
};

export function createArticleFinder({ server, fetchPage, blobs, extractor }: Ports): ArticleFinder {
  return {
    async find(question, tell, signal) {
      tell('Looking for articles outside the case');
      const found = distinct(await searchWeb(server, question, signal)).slice(0, mostTried);
      const articles: Article[] = [];
      const refused: FoundArticles['refused'] = [];
      for (const result of found) {
        if (articles.length === mostArticles) break;
        tell(`Fetching from ${hostOf(result.url)}`);
        try {
          articles.push(await keep(result, await fetchPage(result.url, signal), signal));
        } catch (error) {
          if (!(error instanceof RefusedPage || error instanceof ExtractionError)) throw error;
          refused.push({ url: result.url, reason: error.reason, message: error.message });
        }
      }
      return { query: question, provider: `SearXNG at ${new URL(server).host}`, articles, refused };
    },
  };

  async function keep({ title }: SearchResult, page: FetchedPage, signal: AbortSignal): Promise<Article> {
    const fetchedAt = new Date().toISOString();
    const { bytes, mediaType, url } = page;
    const extracted = await extractor.extract({
      bytes,
      fileName: fileNameOf(url),
      declaredMediaType: mediaType,
      signal,
    });
    const text = extracted.text.slice(0, longestText);
    const [raw, kept] = await Promise.all([blobs.put(bytes), putText(blobs, text)]);
    return {
      articleId: derivedId('article', url, raw.sha256),
      url,
      title: extracted.title ?? title,
      fetchedAt,
      raw: { sha256: raw.sha256, size: bytes.length, mediaType },
      text: { sha256: kept.sha256, characters: text.length },
    };
  }
}

const distinct = (results: readonly SearchResult[]): SearchResult[] => [
  ...new Map(results.filter(({ url }) => URL.canParse(url)).map((result) => [result.url, result])).values(),
];

const hostOf = (url: string) => new URL(url).host;

const fileNameOf = (url: string) => new URL(url).pathname.split('/').at(-1) || 'page.html';
