import type { Span } from '../../model.ts';

/** What may stand before a sentence and is no part of it: numbering, exhibit marks, section names in capitals. */
const leadIns = [
  /^(?:Exhibit|EXHIBIT|Ex|EX)[\s.-]{1,2}[\d.]{1,8}(?:\([a-zA-Z0-9]{1,3}\))?[\w.-]{0,6}\s+/,
  /^(?:\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|\([a-zA-Z]{1,4}\)|[A-Z]\.|[•●▪*–—-])\s+(?=\S)/,
  /^(?:(?:Section|Article|ARTICLE|SECTION|Item) [\dIVX.]{1,6}[.:]?)\s+/,
  /^(?:(?:[A-Z][\w'’&/-]{0,20}|of|and|to|for|the|or|in)\s){0,5}[A-Z][\w'’&/-]{0,20}[.:]\s+(?=(?:\([a-z]\)\s+)?(?:[A-Z][a-z]|[A-Z]\s))/,
];
const saysWhatItIs =
  /\b(?:agreement|amendment|addendum|contract|power of attorney)\b.*\b(?:between|among)\b/is;
/** The number of the next list item, left at the end: "the following: 3." */
const endsInMarker = /(?:^|[\s(“"])\(?[\p{L}\d]{1,2}\.$/u;
const capitalWord = /^(?:[^\p{Ll}\s]+\s+)+/u;
const shortest = 60;
const longest = 700;
/** Sentences that are in every contract, or about the paper rather than the matter. */
const boilerplate =
  /\b(?:in witness whereof|counterparts?|confidential treatment|have been (?:redacted|omitted)|capitali[sz]ed terms|table of contents|all rights reserved|entire agreement|severab|headings? (?:are|is|contained)|facsimile|click here|printed on|ISBN|any questions you may have|attached hereto as exhibit|now,? therefore|set forth (?:below|above) (?:their|his|its) signature|this publication|reproduced free of charge|governed by|full force and effect|date first (?:above )?written)\b/i;

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
    /[.!]["”’')\]]{0,3}\d{0,3}$/.test(content) &&
    !endsInMarker.test(content) &&
    !boilerplate.test(content) &&
    isProse(content);
  return readable ? { start, end: sentence.end } : undefined;
}

/** The length of a heading in capitals before the sentence proper. */
function headingLength(rest: string): number {
  const capitals = capitalWord.exec(rest)?.[0];
  if (capitals === undefined || capitals.trim().length < 4) return 0;
  const after = rest.slice(capitals.length);
  // "JOINT VENTURE AGREEMENT This Agreement …" is cut; in "ACME CORP. and …" the capitals are the sentence's subject.
  const isHeading =
    capitals.trim().includes(' ') ||
    /^(?:The|This|In|If|Any|Neither|Each|All|No|Either|Upon|For)\b/.test(after);
  if (/^\p{Lu}\p{Ll}/u.test(after) && isHeading) return capitals.length;
  const opening = capitals.lastIndexOf('THIS ');
  return Math.max(opening, 0);
}

function isProse(content: string): boolean {
  const letters = content.match(/\p{L}/gu)?.length ?? 0;
  const capitals = content.match(/\p{Lu}/gu)?.length ?? 0;
  const words = content.split(/\s+/);
  const single = words.filter((word) => word.length === 1).length;
  const opening = saysWhatItIs.test(content);
  const blanks = content.match(/_{3,}|\.{4,}|\[\s*\*|\*{3,}/g)?.length ?? 0;
  // Contracts open in capitals, and may hide one party: "between [***] and ACME, INC."
  if (blanks > (opening ? 1 : 0) || capitals > letters * (opening ? 0.7 : 0.35)) return false;
  return letters > content.length * 0.6 && single < words.length * 0.3;
}
