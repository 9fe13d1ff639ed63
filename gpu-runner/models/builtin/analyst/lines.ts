import type { Span } from '../../model.ts';

/** A line of the text without its line break, and whether it is furniture: a page header, contents entry or rule. */
export type Line = Span & { furniture: boolean };

const contentsEntry = /(?:\.\s?){4,}\s*[\divxlc]{0,6}\s*$|(?:\s\.){3,}/i;
const rule = /^[\s\-–—_=*#.·|~\d]*$/;
const pageNumber = /^\s*(?:page\s+)?[-–—]?\s*[\divxlc]{1,6}\s*[-–—]?(?:\s+of\s+\d{1,5})?\s*$/i;
/** A line repeated this often, however it is numbered, is a running header or footer. */
const repeatsOfHeader = 4;
const longestHeader = 120;

/** Splits text into its lines and marks those that are page furniture rather than prose. */
export function readLines(text: string): Line[] {
  const lines: Span[] = [];
  let start = 0;
  while (start <= text.length) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at;
    lines.push({ start, end });
    start = end + 1;
  }
  const repeats = new Map<string, number>();
  const keyOf = ({ start, end }: Span) =>
    end - start > longestHeader ? '' : text.slice(start, end).replace(/\d+/g, '#').trim();
  for (const line of lines) {
    const key = keyOf(line);
    if (key.length > 3) repeats.set(key, (repeats.get(key) ?? 0) + 1);
  }
  return lines.map((line) => ({
    ...line,
    furniture: (repeats.get(keyOf(line)) ?? 0) >= repeatsOfHeader || isFurniture(text, line),
  }));
}

function isFurniture(text: string, line: Span): boolean {
  if (line.end - line.start > 300) return false;
  const content = text.slice(line.start, line.end);
  return rule.test(content) || pageNumber.test(content) || contentsEntry.test(content);
}
