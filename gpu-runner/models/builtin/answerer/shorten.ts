import type { Span } from '../../model.ts';

/** Contracts have sentences of a page; nobody reads a quotation of that length. */
const longest = 500;
/** Where a long sentence may be cut: after a semicolon, or before a lettered part. */
const joints = /;\s+|,\s+(?=(?:provided|except|unless|and \(|or \()\b)|\s+(?=\([a-z]{1,4}\)\s)/g;

/**
 * The part of a sentence that says most, in whole clauses, where the sentence is too long to quote.
 *
 * @param worth how much a part says
 */
export function shorten(text: string, sentence: Span, worth: (part: string) => number): Span {
  if (sentence.end - sentence.start <= longest) return sentence;
  const clauses = clausesOf(text, sentence);
  let best = { span: sentence, worth: -1 };
  for (const [from, { start }] of clauses.entries()) {
    for (const { end } of clauses.slice(from)) {
      if (end - start > longest) break;
      const said = worth(text.slice(start, end)) - (end - start) / 10_000;
      if (said > best.worth) best = { span: { start, end }, worth: said };
    }
  }
  return best.span;
}

function clausesOf(text: string, { start, end }: Span): Span[] {
  const content = text.slice(start, end);
  const clauses: Span[] = [];
  let from = start;
  for (const joint of content.matchAll(joints)) {
    // The mark stays with what it ends.
    const upTo = start + joint.index + joint[0].trimEnd().length;
    if (upTo > from) clauses.push({ start: from, end: upTo });
    from = start + joint.index + joint[0].length;
  }
  if (end > from) clauses.push({ start: from, end });
  return clauses;
}
