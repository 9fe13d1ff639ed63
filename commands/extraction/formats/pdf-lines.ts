import type { TextItem, TextMarkedContent } from 'pdfjs-dist/types/src/display/api.js';

/** A line of a page, in points from the bottom left, as it is printed. */
export type Line = {
  text: string;
  page: number;
  x: number;
  right: number;
  y: number;
  /** Font size of most of its characters. */
  size: number;
  /** Cells of a table row, or an entry of a table of contents: not to be joined with its neighbours. */
  row: boolean;
  /** Set where the line break means something, as in an address, and is kept. */
  breakAfter?: boolean;
};

/** What stands alone before a list item, clause or footnote: a wide gap after it makes no table. */
const listMarker = /^\W?[\w.]{1,9}[.)]$|^\d{1,3}$|^[•·▪●○–—*-]$/;

type Piece = { text: string; x: number; right: number; y: number; size: number };

/**
 * Puts the text items of a page together to lines, in the order the page draws them: that is the reading order in
 * almost every PDF made from a text, and columns come out right. Items on one baseline join; a wide gap between two
 * becomes a tab, a narrow one a space.
 */
export function linesOf(items: readonly (TextItem | TextMarkedContent)[], page: number): Line[] {
  const lines: Line[] = [];
  let current: Piece[] = [];
  const flush = () => {
    const line = joinPieces(current, page);
    if (line) lines.push(line);
    current = [];
  };
  for (const item of items) {
    if (!('str' in item)) continue;
    const piece = placed(item);
    const last = current.at(-1);
    if (last && piece.text !== '' && !sameLine(last, piece)) flush();
    // Shadows and false bold draw the same words twice in the same place.
    const drawnTwice = last?.text === piece.text && Math.abs(last.x - piece.x) < piece.size * 0.3;
    if (piece.text !== '' && !drawnTwice) current.push(piece);
    if (item.hasEOL) flush();
  }
  flush();
  return mergeRows(lines);
}

function placed(item: TextItem): Piece {
  const [, , c = 0, d = 0, x = 0, y = 0] = item.transform.map(Number);
  return { text: item.str, x, right: x + item.width, y, size: Math.hypot(c, d) || item.height };
}

/** A white-space item carries no size of its own, so it never parts a line. Superscripts stay on theirs. */
function sameLine(last: Piece, next: Piece): boolean {
  const size = Math.max(last.size, next.size);
  if (next.text.trim() === '') return Math.abs(last.y - next.y) < size;
  return Math.abs(last.y - next.y) < size * 0.45 && next.x > last.x - size * 0.5;
}

function joinPieces(pieces: readonly Piece[], page: number): Line | undefined {
  const visible = pieces.filter((piece) => piece.text.trim() !== '');
  const [first] = visible;
  if (first === undefined) return undefined;
  let text = '';
  let right = first.x;
  let wideGaps = 0;
  let spaceSeen = false;
  for (const piece of pieces) {
    if (piece.text.trim() === '') {
      spaceSeen = true;
      continue;
    }
    const gap = piece.x - right;
    if (text !== '') {
      const wide = gap > piece.size * 2.2 && !listMarker.test(text.trim());
      if (wide) wideGaps++;
      if (wide) text = `${text.trimEnd()}\t`;
      else if ((spaceSeen || gap > piece.size * 0.15) && !/\s$/.test(text)) text += ' ';
    }
    text += spaceSeen || /\t$/.test(text) ? piece.text.trimStart() : piece.text;
    right = Math.max(right, piece.right);
    spaceSeen = false;
  }
  const size = dominantSize(visible);
  const y = visible.find((piece) => piece.size === size)?.y ?? first.y;
  const leaders = /(?:\.\s?){5,}/.test(text);
  return { text: text.trim(), page, x: first.x, right, y, size, row: wideGaps > 0 || leaders };
}

function dominantSize(pieces: readonly Piece[]): number {
  const weights = new Map<number, number>();
  for (const { size, text } of pieces) weights.set(size, (weights.get(size) ?? 0) + text.length);
  return [...weights].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}

/** Lines drawn one after the other on the same baseline, the second to the right, are cells of one row. */
function mergeRows(lines: readonly Line[]): Line[] {
  const merged: Line[] = [];
  for (const line of lines) {
    const last = merged.at(-1);
    if (last && Math.abs(last.y - line.y) < 0.3 * line.size && line.x > last.right) {
      const gap = line.x - last.right;
      const near = gap < line.size * 2.2 || listMarker.test(last.text);
      last.text += (near ? ' ' : '\t') + line.text;
      last.right = line.right;
      last.row ||= !near || line.row;
    } else merged.push({ ...line });
  }
  return merged;
}
