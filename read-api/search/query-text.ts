/** A query as a person typed it, taken apart. */
export type QueryText = {
  /** Everything, without the quotation marks: what the words and the vector are taken from. */
  readonly words: string;
  /** What stood in quotation marks and has to match as it is. */
  readonly phrases: readonly string[];
};

/** Straight and curly quotation marks; one that is never closed is no more than a mark. */
const quoted = /"([^"]*)"|“([^”]*)”/g;

export function parseQuery(q: string): QueryText {
  const phrases = Array.from(q.matchAll(quoted), ([, straight, curly]) => (straight ?? curly ?? '').trim());
  return { words: q.replace(/["“”]/g, ' ').trim(), phrases: phrases.filter((phrase) => phrase !== '') };
}
