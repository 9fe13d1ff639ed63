import type { Line } from './pdf-lines.ts';

/**
 * Takes out what a printed page repeats at its top and bottom and would cut sentences in two: page numbers, and
 * headers and footers word for word the same as on a page before (their first appearance stays). Lines that differ
 * from page to page by more than a bare page number, such as Bates numbers and filing stamps, stay.
 */
export function withoutRunningLines(pages: readonly (readonly Line[])[]): { lines: Line[]; removed: number } {
  const counts = new Map<string, number>();
  for (const page of pages) {
    for (const key of new Set(outermost(page).map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const enough = Math.max(3, pages.length * 0.2);
  const seen = new Set<string>();
  let removed = 0;
  const lines = pages.flatMap((page) => {
    const edge = new Set(outermost(page));
    return page.filter((line) => {
      const key = keyOf(line);
      if (!edge.has(line) || (counts.get(key) ?? 0) < enough) return true;
      const known = seen.has(line.text) || /^\W*(?:page )?#\W*(?:of # ?)?\W*$/i.test(key);
      seen.add(line.text);
      if (known) removed++;
      return !known;
    });
  });
  return { lines, removed };
}

/** The two highest and two lowest lines of a page. */
function outermost(page: readonly Line[]): Line[] {
  const byHeight = [...page].sort((a, b) => b.y - a.y);
  return byHeight.length <= 4 ? byHeight : [...byHeight.slice(0, 2), ...byHeight.slice(-2)];
}

const keyOf = (line: Line): string => line.text.replace(/\d+/g, '#').replace(/\s+/g, ' ');
