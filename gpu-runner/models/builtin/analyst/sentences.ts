import type { Span } from '../../model.ts';
import { type Line, readLines } from './lines.ts';
import { legalForms } from './name-words.ts';

/** Abbreviations whose full stop does not end a sentence, lower case without it. */
const abbreviations = new Set(
  `mr mrs ms dr prof sir st jr sr rev hon gen col capt lt sgt maj gov sen rep no nos sec secs art arts para paras ch
  fig figs vol vols pp p ed eds al v vs cf e.g i.e etc inc corp co ltd llc l.l.c pte plc u.s u.k u.s.c c.f.r u.n d.c
  n.y a.m p.m ph.d jan feb mar apr jun jul aug sept sep oct nov dec approx dept univ ave blvd rd messrs s.a b.v n.v`.split(
    /\s+/,
  ),
);
/** After `Inc.` and its like, these words do begin a new sentence. */
const openers = new Set(
  'The This These It In If A An Each Any All He She They We Such No Upon On For As At Either'.split(' '),
);
const numberedParagraph = /^\s*(?:\d{1,3}(?:\.\d{1,3}){0,3}\.?|\([a-zA-Z0-9]{1,4}\)|[A-Z]\.)\s+[\p{Lu}"“‘']/u;
const wordBeforeStop = /[\p{L}\p{N}.]{1,12}$/u;
const nextSentence = /^["”’')\]]{0,3}\d{0,3}\s+["“‘'([]{0,2}([\p{Lu}\d]\p{L}*)/u;
/** Nobody writes longer sentences; a text without any full stop is cut here. */
const longestSentence = 2000;

/**
 * Splits a text into sentences, skipping page furniture. The spans are in text order, never overlap, and carry no
 * white space at their ends. A line break alone does not end a sentence (extracted PDF text breaks every line), but an
 * empty line, a heading, a numbered paragraph or furniture does.
 */
export function splitSentences(text: string): Span[] {
  const sentences: Span[] = [];
  for (const block of blocksOf(text, readLines(text))) {
    let start = block.start;
    for (const end of sentenceEnds(text, block)) {
      pushTrimmed(text, { start, end }, sentences);
      start = end;
    }
    pushTrimmed(text, { start, end: block.end }, sentences);
  }
  return sentences;
}

/** Runs of prose lines that belong together. */
function blocksOf(text: string, lines: readonly Line[]): Span[] {
  const blocks: Span[] = [];
  let current: Span | undefined;
  for (const line of lines) {
    const content = text.slice(line.start, Math.min(line.end, line.start + 400));
    const heading = isHeading(content);
    if (line.furniture || content.trim() === '') {
      current = undefined;
    } else if (current === undefined || heading || numberedParagraph.test(content)) {
      current = { start: line.start, end: line.end };
      blocks.push(current);
      if (heading) current = undefined;
    } else {
      current.end = line.end;
    }
  }
  return blocks;
}

function isHeading(line: string): boolean {
  const content = line.trim();
  if (content.length === 0 || content.length > 90 || /[.,;:]$/.test(content)) return false;
  const words = content.split(/\s+/).filter((word) => /\p{L}/u.test(word));
  const capital = words.filter((word) => /^[^\p{L}]*\p{Lu}/u.test(word)).length;
  return words.length > 0 && (capital === words.length || content === content.toUpperCase());
}

/** Where sentences end inside a block, each just after the closing punctuation. */
function* sentenceEnds(text: string, block: Span): Generator<number> {
  // A footnote's number may follow the stop: "made available.190 On".
  const stops = /[.?!]["”’')\]]{0,3}(?:(?<=\p{Ll}[.?!]["”’')\]]{0,3})\d{1,3})?(?=\s)/gu;
  stops.lastIndex = block.start;
  let start = block.start;
  for (let stop = stops.exec(text); stop !== null && stop.index < block.end; stop = stops.exec(text)) {
    while (stop.index - start > longestSentence) {
      start += longestSentence;
      yield start;
    }
    if (!endsSentence(text, stop.index, start)) continue;
    start = stop.index + stop[0].length;
    if (start < block.end) yield start;
  }
  while (block.end - start > longestSentence) {
    start += longestSentence;
    yield start;
  }
}

function endsSentence(text: string, stop: number, start: number): boolean {
  const next = nextSentence.exec(text.slice(stop + 1, stop + 60))?.[1];
  if (next === undefined) return false;
  if (text[stop] !== '.') return true;
  const before = wordBeforeStop.exec(text.slice(Math.max(start, stop - 12), stop))?.[0] ?? '';
  // "A. Recipient", "R. C. Boyd", "A.B. Watley" and the "1." of a list are not ends.
  if (/^(?:\p{Lu}\.)*\p{Lu}$/u.test(before) || (/^[\d.]+$/.test(before) && stop - start < 12)) return false;
  const abbreviation = before.toLowerCase();
  return !abbreviations.has(abbreviation) || (legalForms.has(abbreviation) && openers.has(next));
}

function pushTrimmed(text: string, { start, end }: Span, into: Span[]): void {
  while (start < end && /\s/.test(text.charAt(start))) start += 1;
  while (end > start && /\s/.test(text.charAt(end - 1))) end -= 1;
  if (start < end) into.push({ start, end });
}
