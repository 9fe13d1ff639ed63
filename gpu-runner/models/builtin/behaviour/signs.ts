import type { BehaviourRequest } from '#domain/insight/analysis';
import { stem } from '../stem.ts';
import { stopWords } from '../stop-words.ts';

/** A tab may stay in sight while its reader is not there: longer than this tells nothing more. */
const longestDwellMs = 10 * 60_000;

/** What can be counted in what a person did. */
export type Signs = {
  readonly searches: number;
  /** Searches that share a word with one before them: the same thing, looked for again. */
  readonly searchedAgain: number;
  /** Documents opened, whether from a search or not. */
  readonly opens: number;
  readonly gaveUpTyping: number;
  /** Likes, tags and downloads: somebody found what they can use. */
  readonly finds: number;
  /** Different documents in hand. */
  readonly documents: number;
  /** Share of the time in sight that went to the two documents with the most, in [0, 1]. */
  readonly onTopTwo: number;
  /** Median time a document was in sight, milliseconds. */
  readonly medianDwellMs: number;
  readonly dwells: number;
  /** Share of the documents that have a topic in common with another one of them, in [0, 1]. */
  readonly related: number;
};

export function signsOf({ done, documents }: BehaviourRequest): Signs {
  const of = (...actions: string[]) => done.filter(({ action }) => actions.includes(action));
  const dwells = of('dwelled').map(({ documentId, milliseconds = 0 }) => ({
    documentId,
    milliseconds: Math.min(milliseconds, longestDwellMs),
  }));
  const perDocument = new Map<string | undefined, number>();
  for (const { documentId, milliseconds } of dwells)
    perDocument.set(documentId, (perDocument.get(documentId) ?? 0) + milliseconds);
  const times = [...perDocument.values()].sort((a, b) => b - a);
  const whole = times.reduce((sum, each) => sum + each, 0);
  const queries = of('searched').map(({ query = '' }) => wordsOf(query));
  return {
    searches: queries.length,
    searchedAgain: queries.filter((words, index) =>
      queries.slice(0, index).some((before) => !words.isDisjointFrom(before)),
    ).length,
    opens: of('viewed').length,
    gaveUpTyping: of('typed').length,
    finds: of('liked', 'tagged', 'downloaded').length,
    documents: new Set(done.flatMap(({ documentId }) => documentId ?? [])).size,
    onTopTwo: whole > 0 ? ((times[0] ?? 0) + (times[1] ?? 0)) / whole : 0,
    medianDwellMs: times[Math.floor(times.length / 2)] ?? 0,
    dwells: dwells.length,
    related: relatedShare(documents),
  };
}

const wordsOf = (query: string): Set<string> =>
  new Set(
    (query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !stopWords.has(word)).map(stem),
  );

function relatedShare(documents: BehaviourRequest['documents']): number {
  if (documents.length === 0) return 0;
  const related = documents.filter(({ documentId, topics }) =>
    documents.some(
      (other) => other.documentId !== documentId && other.topics.some((t) => topics.includes(t)),
    ),
  );
  return related.length / documents.length;
}
