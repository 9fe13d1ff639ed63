import type { Span } from './sentences.ts';

/** The stretches of a text between blank lines, in order; the ends may still hold white space. Linear in time. */
export function* paragraphs(text: string): Generator<Span> {
  let start = 0;
  for (const gap of text.matchAll(/\n[^\S\n]*\n\s*/g)) {
    yield { start, end: gap.index };
    start = gap.index + gap[0].length;
  }
  yield { start, end: text.length };
}

/** The span without white space at its ends; undefined when nothing else is in it. */
export function trimSpan(text: string, { start, end }: Span): Span | undefined {
  const piece = text.slice(start, end);
  const body = piece.trim();
  if (body === '') return undefined;
  const from = start + (piece.length - piece.trimStart().length);
  return { start: from, end: from + body.length };
}
