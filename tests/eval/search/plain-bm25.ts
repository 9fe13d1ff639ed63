import { stem } from '#gpu-runner/models/builtin/stem';
import { stopWords } from '#gpu-runner/models/builtin/stop-words';
import { eachWord } from '#gpu-runner/models/builtin/words';

/** The words that count, as they count; undefined for one that does not. */
export type TermOf = (word: string) => string | undefined;
export const asWritten: TermOf = (word) => word;
export const stemmed: TermOf = (word) => (stopWords.has(word) ? undefined : stem(word));

const k1 = 1.2;
const b = 0.75;

/**
 * BM25 over whole documents and nothing else, in memory: the peer that a search has to beat.
 *
 * @returns gives the ids of all documents with a word of a query, the best first
 */
export function plainBm25(
  documents: readonly { readonly id: string; readonly text: string }[],
  termOf: TermOf,
): (query: string) => string[] {
  const counted = documents.map(({ id, text }) => ({ id, ...countTerms(text, termOf) }));
  const average = counted.reduce((sum, { length }) => sum + length, 0) / counted.length;
  const frequency = new Map<string, number>();
  for (const { terms } of counted)
    for (const term of terms.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);

  return (query) => {
    const asked = [...countTerms(query, termOf).terms.keys()];
    return counted
      .map(({ id, terms, length }) => {
        const score = asked.reduce((sum, term) => {
          const times = terms.get(term) ?? 0;
          const seenIn = frequency.get(term) ?? 0;
          const idf = Math.log(1 + (documents.length - seenIn + 0.5) / (seenIn + 0.5));
          return sum + (idf * times * (k1 + 1)) / (times + k1 * (1 - b + (b * length) / average));
        }, 0);
        return { id, score };
      })
      .filter(({ score }) => score > 0)
      .sort((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
      .map(({ id }) => id);
  };
}

function countTerms(text: string, termOf: TermOf) {
  const terms = new Map<string, number>();
  let length = 0;
  eachWord(text, (word) => {
    const term = termOf(word);
    if (term === undefined) return;
    terms.set(term, (terms.get(term) ?? 0) + 1);
    length += 1;
  });
  return { terms, length };
}
