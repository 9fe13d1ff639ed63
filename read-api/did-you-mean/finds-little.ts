import type { SearchHit } from '../contract.ts';

/** Fewer passages than this that hold a word of the query are little. */
const enough = 3;
/** Words that begin alike are taken for forms of one word. */
const alike = 4;

type Found = Pick<SearchHit, 'text' | 'highlights' | 'parts'>;

/** Whether a search by words found little: hardly any passages, or none in which one of the longer words stands. */
export function findsLittle(q: string, hits: readonly Found[]): boolean {
  if (hits.filter(({ parts }) => parts.text).length < enough) return true;
  const beginnings = new Set(
    hits.flatMap(({ text, highlights }) =>
      highlights.map(({ start }) => text.slice(start, start + alike).toLowerCase()),
    ),
  );
  return Array.from(q.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu), ([word]) => word).some(
    (word) => word.length >= alike && !beginnings.has(word.slice(0, alike)),
  );
}
