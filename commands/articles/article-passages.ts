import type { Article } from '#domain/question/events';
import {
  mostRankedBytes,
  mostRankedTexts,
  type RankTextsRequest,
  rankTextsAnswerSchema,
  rankTextsSubject,
} from '#domain/question/retrieval';
import { readText } from '#platform/document-text';
import type { BlobStore, Bus } from '#platform/ports';
import { currentTrace } from '#platform/telemetry';
import { cutPassages } from '../extraction/passages.ts';
import type { SourcePassage } from '../questions/source-passage.ts';

/** Passages of articles that an answer may read beside those of the case. */
const mostPassages = 6;
const rankTimeoutMs = 5 * 60_000;

/** The passages of articles that lie closest to a question, the closest first; embedded in passing, and kept nowhere. */
export async function articlePassages(
  { bus, blobs }: { bus: Bus; blobs: BlobStore },
  articles: readonly Article[],
  question: string,
  signal: AbortSignal,
): Promise<SourcePassage[]> {
  const ofEach = await Promise.all(articles.map((article) => passagesOf(blobs, article)));
  const passages = ofOneRequest(inTurn(ofEach));
  if (passages.length === 0) return [];
  const request: RankTextsRequest = {
    query: question,
    texts: passages.map(({ text }) => text),
    ...currentTrace(),
  };
  const answer = await bus.request(rankTextsSubject, request, { timeoutMs: rankTimeoutMs, signal });
  const { ranked } = rankTextsAnswerSchema.parse(answer);
  return ranked.slice(0, mostPassages).flatMap((index) => passages[index] ?? []);
}

/** The first of each list, then the second of each, and so on: where there is not room for all, none is left out whole. */
function inTurn<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}

/** As many of the first as one message holds: by number, and by bytes, for in some scripts a character takes three. */
function ofOneRequest(passages: readonly SourcePassage[]): SourcePassage[] {
  const taken: SourcePassage[] = [];
  let bytes = 0;
  for (const passage of passages) {
    bytes += Buffer.byteLength(JSON.stringify(passage.text)) + 1;
    if (taken.length === mostRankedTexts || bytes > mostRankedBytes) break;
    taken.push(passage);
  }
  return taken;
}

async function passagesOf(blobs: BlobStore, article: Article): Promise<SourcePassage[]> {
  const { articleId, url, title, fetchedAt, raw } = article;
  const text = await readText(blobs, article.text.sha256);
  const source = { kind: 'article', articleId, url, title, fetchedAt, sha256: raw.sha256 } as const;
  return cutPassages(text, [], []).map(({ start, end }) => ({
    source,
    title: `${title} (${new URL(url).host}, not of the case)`,
    start,
    text: text.slice(start, end),
  }));
}
