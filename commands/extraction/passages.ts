import type { ExtractedPage, Passage, Section } from './extracted-document.ts';
import { paragraphs, trimSpan } from './paragraphs.ts';
import { type Span, splitParagraph } from './sentences.ts';

/** Sizes in UTF-16 code units. No passage is longer than `max`. */
export type PassageSizes = { min: number; target: number; max: number };

export const defaultSizes: PassageSizes = { min: 300, target: 1000, max: 1800 };

/**
 * Cuts a text into passages along its own structure: a new section begins a new passage (unless the one before is
 * very short), paragraphs stay whole where they fit, long ones part between sentences, then lines, then words. Only a
 * single word longer than `max` is cut through.
 *
 * `text.slice(start, end)` is the passage. Passages are in order, do not overlap, begin and end with something other
 * than white space, and together hold every character that is not white space. The same input gives the same output.
 */
export function cutPassages(
  text: string,
  sections: readonly Section[],
  pages: readonly ExtractedPage[],
  sizes: PassageSizes = defaultSizes,
): Passage[] {
  const headingStarts = new Set(sections.map((section) => section.start));
  const spans: Span[] = [];
  let current: Span | undefined;
  /** True while `current` holds only headings, which must not be parted from what they head. */
  let headless = false;

  for (const unit of units(text, headingStarts, sizes.max)) {
    const isHeading = headingStarts.has(unit.start);
    if (current !== undefined) {
      const soFar = current.end - current.start;
      const joined = unit.end - current.start;
      const fits =
        joined <= sizes.max && (headless || soFar < sizes.min || (!isHeading && joined <= sizes.target));
      if (fits) {
        current.end = unit.end;
        headless = headless && isHeading;
        continue;
      }
      spans.push(current);
    }
    current = { ...unit };
    headless = isHeading && unit.end - unit.start < sizes.min;
  }
  if (current) spans.push(current);
  return name(spans, sections, pages);
}

/** Paragraphs (parted by blank lines, and before every heading), the long ones in pieces of at most `max`. */
function* units(text: string, headingStarts: ReadonlySet<number>, max: number): Generator<Span> {
  const cuts = [...headingStarts].sort((a, b) => a - b);
  let nextCut = 0;
  for (const paragraph of paragraphs(text)) {
    let start = paragraph.start;
    while (nextCut < cuts.length && (cuts[nextCut] ?? 0) <= start) nextCut++;
    for (let cut = cuts[nextCut]; cut !== undefined && cut < paragraph.end; cut = cuts[++nextCut]) {
      yield* pieces(text, start, cut, max);
      start = cut;
    }
    yield* pieces(text, start, paragraph.end, max);
  }
}

function* pieces(text: string, start: number, end: number, max: number): Generator<Span> {
  const trimmed = trimSpan(text, { start, end });
  if (trimmed === undefined) return;
  if (trimmed.end - trimmed.start <= max) yield trimmed;
  else yield* splitParagraph(text, trimmed, max);
}

/** Numbers the passages and tells each its section and page, walking all three lists once. */
function name(spans: Span[], sections: readonly Section[], pages: readonly ExtractedPage[]): Passage[] {
  const open: Section[] = [];
  let nextSection = 0;
  let page = 0;
  return spans.map(({ start, end }, index) => {
    for (let next = sections[nextSection]; next && next.start <= start; next = sections[++nextSection]) {
      while ((open.at(-1)?.level ?? 0) >= next.level) open.pop();
      open.push(next);
    }
    const around = open.filter((section) => section.end > start);
    while ((pages[page]?.end ?? Number.POSITIVE_INFINITY) <= start) page++;
    const number = pages[page]?.number;
    return {
      index,
      start,
      end,
      ...(around.length > 0 ? { section: around.map((section) => section.title).join(' › ') } : {}),
      ...(number === undefined ? {} : { page: number }),
    };
  });
}
