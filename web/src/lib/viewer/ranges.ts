import { type Block, blockAt } from './blocks.ts';

export type Span = { readonly start: number; readonly end: number };

/**
 * The DOM range of a span of the text.
 *
 * @param elements the element of each block, holding one text node
 */
export function rangeOf(
  span: Span,
  blocks: readonly Block[],
  elements: readonly (HTMLElement | undefined)[],
): Range | undefined {
  const from = boundary(span.start, blocks, elements);
  // The end lies outside its span: take the block of the last character, or a span up to a border slips into the next.
  const to = boundary(span.end, blocks, elements, Math.max(span.start, span.end - 1));
  if (!from || !to) return undefined;
  const range = new Range();
  range.setStart(from.node, from.offset);
  range.setEnd(to.node, to.offset);
  return range;
}

function boundary(
  offset: number,
  blocks: readonly Block[],
  elements: readonly (HTMLElement | undefined)[],
  inside = offset,
): { node: Text; offset: number } | undefined {
  const index = blockAt(blocks, inside);
  const block = blocks[index];
  const node = elements[index]?.firstChild;
  if (!block || !(node instanceof Text)) return undefined;
  return { node, offset: Math.min(Math.max(0, offset - block.start), node.length) };
}

/** Paints ranges under a name of `::highlight()`; nothing happens where the browser cannot. */
export function paint(name: string, ranges: readonly Range[]): void {
  if (!('highlights' in CSS)) return;
  if (ranges.length === 0) CSS.highlights.delete(name);
  else CSS.highlights.set(name, new Highlight(...ranges));
}
