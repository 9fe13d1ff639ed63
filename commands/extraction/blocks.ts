import { cleanText } from './clean-text.ts';
import type { ExtractedPage, Section } from './extracted-document.ts';

/** A run of text on one page. */
export type Run = { text: string; page?: number };

/** A paragraph, heading or list item. Its runs follow each other directly; more than one when it crosses a page. */
export type Block = { runs: Run[]; level?: number; title?: string; tight?: boolean };

export type Laid = { text: string; sections: Section[]; pageStarts: Map<number, number> };

/** A block of one run. `level` 1 to 6 makes it a heading; `tight` keeps it one line below the block before. */
export const block = (text: string, rest: Omit<Block, 'runs'> & { page?: number } = {}): Block => {
  const { page, ...others } = rest;
  return { runs: [{ text, ...(page === undefined ? {} : { page }) }], ...others };
};

/**
 * Lays blocks out as one text, a blank line between them, and says where each page and section begins. The text comes
 * out clean (see `cleanText`); blocks of white space are left out.
 */
export function layOut(blocks: Iterable<Block>): Laid {
  const parts: string[] = [];
  const pageStarts = new Map<number, number>();
  const headings: { title: string; level: number; start: number }[] = [];
  let length = 0;
  const push = (text: string) => {
    parts.push(text);
    length += text.length;
  };

  for (const { runs, level, title, tight } of blocks) {
    const cleaned = trimEnds(composed(runs));
    if (cleaned.length === 0) continue;
    if (length > 0) push(tight ? '\n' : '\n\n');
    if (level !== undefined) {
      headings.push({ title: title ?? cleaned.map((run) => run.text).join(''), level, start: length });
    }
    for (const run of cleaned) {
      if (run.page !== undefined && !pageStarts.has(run.page)) pageStarts.set(run.page, length);
      push(run.text);
    }
  }
  return { text: parts.join(''), sections: closeSections(headings, length), pageStarts };
}

/** Cleans each run; where letters would compose across a page break the runs become one, or the text were not NFC. */
function composed(runs: Run[]): Run[] {
  const cleaned = runs.map((run) => ({ ...run, text: cleanText(run.text) }));
  const whole = cleaned.map((run) => run.text).join('');
  const [first] = cleaned;
  return first === undefined || whole === whole.normalize('NFC')
    ? cleaned
    : [{ ...first, text: whole.normalize('NFC') }];
}

function trimEnds(runs: Run[]): Run[] {
  const kept = runs.map((run) => ({ ...run }));
  for (let first = kept[0]; first; first = kept[0]) {
    first.text = first.text.trimStart();
    if (first.text !== '') break;
    kept.shift();
  }
  for (let last = kept.at(-1); last; last = kept.at(-1)) {
    last.text = last.text.trimEnd();
    if (last.text !== '') break;
    kept.pop();
  }
  return kept;
}

/** Gives each heading the end of its section: the next heading of its level or above, or the end of the text. */
export function closeSections(
  headings: { title: string; level: number; start: number }[],
  textLength: number,
): Section[] {
  const sections = headings.map((heading) => ({
    ...heading,
    title: heading.title.replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed(),
    end: textLength,
  }));
  const open: Section[] = [];
  for (const section of sections) {
    for (let last = open.at(-1); last && last.level >= section.level; last = open.at(-1)) {
      last.end = section.start;
      open.pop();
    }
    open.push(section);
  }
  return sections;
}

/** Page ranges from page starts: a page without text is an empty range where the next one begins. */
export function pageRanges(
  count: number,
  starts: Map<number, number>,
  textLength: number,
  recognised: Set<number>,
): ExtractedPage[] {
  const pages: ExtractedPage[] = [];
  let end = textLength;
  for (let number = count; number >= 1; number--) {
    const start = Math.min(starts.get(number) ?? end, end);
    pages.push({ number, start: number === 1 ? 0 : start, end, ocr: recognised.has(number) });
    end = start;
  }
  return pages.reverse();
}
