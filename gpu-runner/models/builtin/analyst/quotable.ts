import type { Span } from '../../model.ts';

/** What may stand before a sentence and is no part of it: numbering, exhibit marks, section names in capitals. */
const leadIns = [
  /^(?:Exhibit|EXHIBIT|Ex|EX)[\s.-]{1,2}[\d.]{1,8}(?:\([a-zA-Z0-9]{1,3}\))?[\w.-]{0,6}\s+/,
  /^(?:\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|\([a-zA-Z]{1,4}\)|[A-Z]\.|[•●▪*–—-])\s+(?=\S)/,
  /^(?:(?:Section|Article|ARTICLE|SECTION|Item) [\dIVX.]{1,6}[.:]?)\s+/,
  /^(?:(?:[A-Z][\w'’&/-]{0,20}|of|and|to|for|the|or|in)\s){0,5}[A-Z][\w'’&/-]{0,20}[.:]\s+(?=(?:\([a-z]\)\s+)?(?:[A-Z][a-z]|[A-Z]\s))/,
];
const capitalWord = /^(?:[^\p{Ll}\s]+\s+)+/u;
const shortest = 45;
const longest = 700;
/** Sentences that are in every contract, or about the paper rather than the matter. */
const boilerplate =
  /\b(?:in witness whereof|counterparts?|confidential treatment|have been (?:redacted|omitted)|capitali[sz]ed terms|table of contents|all rights reserved|entire agreement|severab|headings? (?:are|is|contained)|facsimile|click here|printed on|ISBN|any questions you may have|attached hereto as exhibit|now,? therefore|set forth (?:below|above) (?:their|his|its) signature|this publication|reproduced free of charge)\b/i;

/**
 * The part of a sentence that reads well on its own, or undefined when none does: numbering and headings before it are
 * left off; fragments, tables, shouted text and boilerplate are refused.
 */
export function quotable(text: string, sentence: Span): Span | undefined {
  if (sentence.end - sentence.start < shortest) return undefined;
  let { start } = sentence;
  for (let round = 0; round < 4; round += 1) {
    const rest = text.slice(start, Math.min(sentence.end, start + 400));
    const cut =
      leadIns.map((leadIn) => leadIn.exec(rest)?.[0].length ?? 0).find((length) => length > 0) ??
      headingLength(rest);
    if (cut === 0) break;
    start += cut;
  }
  const content = text.slice(start, sentence.end);
  const readable =
    content.length >= shortest &&
    content.length <= longest &&
    /^["“‘'(]?[\p{Lu}\d]/u.test(content) &&
    /[.!?]["”’')\]]{0,3}$/.test(content) &&
    !boilerplate.test(content) &&
    isProse(content);
  return readable ? { start, end: sentence.end } : undefined;
}

/** The length of a heading in capitals before the sentence proper. */
function headingLength(rest: string): number {
  const capitals = capitalWord.exec(rest)?.[0];
  if (capitals === undefined || capitals.trim().split(/\s+/).length < 2) return 0;
  const after = rest.slice(capitals.length);
  // "JOINT VENTURE AGREEMENT This Agreement …" is cut; in "ACME CORP. and …" the capitals are the sentence's subject.
  if (/^\p{Lu}/u.test(after)) return capitals.length;
  const opening = capitals.lastIndexOf('THIS ');
  return Math.max(opening, 0);
}

function isProse(content: string): boolean {
  const letters = content.match(/\p{L}/gu)?.length ?? 0;
  const capitals = content.match(/\p{Lu}/gu)?.length ?? 0;
  const words = content.split(/\s+/);
  const single = words.filter((word) => word.length === 1).length;
  const blanks = /_{3,}|\.{4,}|\[\s*\*|\*{3,}/.test(content);
  return (
    letters > content.length * 0.65 && capitals < letters * 0.35 && single < words.length * 0.3 && !blanks
  );
}
