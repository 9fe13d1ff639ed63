import type { DocumentStructure } from '#domain/document/structure';

/** A stretch of the text that is laid out on its own; a page or section begins where a block begins. */
export type Block = {
  readonly start: number;
  readonly end: number;
  /** Number of the page that begins here. */
  readonly page?: number;
  /** Title and level of the section that begins here. */
  readonly section?: { readonly title: string; readonly level: number };
};

/** Longest block without a structure to cut by, in UTF-16 code units. */
const longest = 20_000;

/**
 * Cuts a text into blocks along its pages and sections, so that a book of a thousand pages lays out only what is
 * looked at. The blocks follow one another without gaps: offsets into the text stay exact.
 */
export function blocksOf(text: string, structure: DocumentStructure | undefined): readonly Block[] {
  const pages = new Map(structure?.pages.map(({ start, number }) => [start, number]));
  const sections = new Map(structure?.sections.map(({ start, title, level }) => [start, { title, level }]));
  const starts = [...new Set([0, ...pages.keys(), ...sections.keys()])]
    .filter((start) => start === 0 || start < text.length)
    .sort((a, b) => a - b);
  return starts.flatMap((start, index) => {
    const end = starts[index + 1] ?? text.length;
    const page = pages.get(start);
    const section = sections.get(start);
    const [first, ...rest] = cut(text, start, end);
    return [{ ...first, ...(page && { page }), ...(section && { section }) }, ...rest];
  });
}

/** Cuts a long stretch at line ends. */
function cut(text: string, start: number, end: number): readonly [Block, ...Block[]] {
  if (end - start <= longest) return [{ start, end }];
  const line = text.indexOf('\n', start + longest);
  const at = line === -1 || line + 1 >= end ? end : line + 1;
  return at === end ? [{ start, end }] : [{ start, end: at }, ...cut(text, at, end)];
}

/** Index of the block that holds an offset. */
export function blockAt(blocks: readonly Block[], offset: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((blocks[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
