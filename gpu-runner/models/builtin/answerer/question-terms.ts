import type { BackgroundIdf } from '../background-idf.ts';
import { stem } from '../stem.ts';
import { stopWords } from '../stop-words.ts';
import { eachWord } from '../words.ts';

/** Words of the asking, not of what is asked about. */
const askingWords = new Set(
  `many much long often please tell say says said state states stated describe explain give list name called happen
  happens happened case cases document documents file files text anything something there's is're`.split(
    /\s+/,
  ),
);

/** Words that agreements and those who ask about them use for the same. */
const sameWords: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['agreement', 'contract'],
    ['expire', 'expiration', 'end'],
    ['license', 'licence'],
    ['fee', 'payment', 'pay', 'paid'],
    ['duration', 'term', 'period'],
    ['subsidiary', 'affiliate'],
  ].flatMap(([first = '', ...others]) => others.map((word) => [stem(word), stem(first)])),
);
const termOf = (word: string): string => {
  const root = stem(word);
  return sameWords[root] ?? root;
};

/** A question's own words as stems, each with how much it tells: the rarer, the more. */
export type QuestionTerms = { readonly weights: ReadonlyMap<string, number>; readonly total: number };

export function questionTerms(question: string, idf: BackgroundIdf): QuestionTerms {
  const weights = new Map<string, number>();
  eachWord(question, (word) => {
    if (stopWords.has(word) || askingWords.has(word)) return;
    const term = termOf(word);
    weights.set(term, idf.idfOf(term));
  });
  return { weights, total: weights.values().reduce((sum, weight) => sum + weight, 0) };
}

/** The stems of a text. */
export function stemsOf(text: string): Set<string> {
  const stems = new Set<string>();
  eachWord(text, (word) => void stems.add(termOf(word)));
  return stems;
}
