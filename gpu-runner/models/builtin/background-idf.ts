import { readFileSync } from 'node:fs';

/** How rare each word stem is in a fixed background collection; see the head of background-idf.tsv. */
export type BackgroundIdf = {
  /** Inverse document frequency of a stem, at least 0; a stem the collection lacks counts as seen once. */
  idfOf(stem: string): number;
  /** The table as it stands on disk, for the model's digest. */
  source: string;
};

/**
 * Reads a table of `stem<TAB>number of passages` lines, after `#` comments that state `# passages: N`.
 *
 * @throws Error when the number of passages is missing
 */
export function parseBackgroundIdf(source: string): BackgroundIdf {
  const passages = Number(/^# passages: (\d+)$/m.exec(source)?.[1]);
  if (!Number.isSafeInteger(passages) || passages < 1) {
    throw new Error('background IDF table: the line "# passages: N" is missing; rebuild the table');
  }
  const frequency = new Map<string, number>();
  for (const line of source.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab > 0 && !line.startsWith('#')) frequency.set(line.slice(0, tab), Number(line.slice(tab + 1)));
  }
  const idf = (seenIn: number) => Math.log((passages + 1) / (seenIn + 0.5));
  const unseen = idf(1);
  return {
    idfOf: (stem) => {
      const seenIn = frequency.get(stem);
      return seenIn === undefined ? unseen : Math.max(0, idf(seenIn));
    },
    source,
  };
}

/** The table that ships with the built-in models. */
export const loadBackgroundIdf = (): BackgroundIdf =>
  parseBackgroundIdf(readFileSync(new URL('./background-idf.tsv', import.meta.url), 'utf8'));
