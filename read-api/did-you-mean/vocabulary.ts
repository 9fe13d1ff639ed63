import { trigramsOf } from './trigrams.ts';

export type Name = { readonly name: string; readonly weight: number };
type Word = { readonly text: string; readonly times: number };

/** The words that a case's documents use and the names of what is in it, laid out to be looked up in. */
export type Vocabulary = {
  readonly has: (word: string) => boolean;
  /** Words of so many letters, each with how often it is used. */
  readonly ofLength: (letters: number) => readonly Word[];
  /** Names of entities, topics and documents; `weight`: how many documents it has to do with. */
  readonly names: readonly Name[];
  /** How many groups of three letters each of the names has. */
  readonly trigramCounts: readonly number[];
  /** Which of the names have a group of three letters. */
  readonly namesWith: (trigram: string) => readonly number[];
};

/**
 * Lays out words and names once for all queries: comparing a query with every word and every name takes too long to do
 * while others wait.
 */
export function vocabularyOf(words: ReadonlyMap<string, number>, names: readonly Name[]): Vocabulary {
  const byLength = Map.groupBy(
    Array.from(words, ([text, times]): Word => ({ text, times })),
    ({ text }) => text.length,
  );
  const byTrigram = new Map<string, number[]>();
  const trigramCounts = names.map(({ name }, index) => {
    const trigrams = trigramsOf(name);
    for (const trigram of trigrams) {
      const known = byTrigram.get(trigram);
      if (known) known.push(index);
      else byTrigram.set(trigram, [index]);
    }
    return trigrams.size;
  });
  return {
    has: (word) => words.has(word),
    ofLength: (letters) => byLength.get(letters) ?? [],
    names,
    trigramCounts,
    namesWith: (trigram) => byTrigram.get(trigram) ?? [],
  };
}
