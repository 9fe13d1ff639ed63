import type { Block, Run } from '../blocks.ts';
import { guessHeading } from '../headings.ts';
import type { Line } from './pdf-lines.ts';

export type Paragraph = { lines: Line[]; tight: boolean };

const marker = /^(?:\(?(?:[a-zA-Z]|[ivxIVX]{1,5}|\d{1,3})[.)]|\d{1,3}(?:\.\d{1,3})+\.?|[•·▪●○◦–—*-])\s/;
const sentenceEnd = /[.:;!?]["'”’)\]]*$/;

/**
 * Joins lines to paragraphs by what printing shows: wider gaps, other sizes, indents, short last lines, list markers.
 * Across a page (or column) a paragraph goes on when its sentence does.
 */
export function paragraphsOf(lines: readonly Line[]): Paragraph[] {
  const pitch = typicalPitch(lines);
  const edges = rightEdges(lines);
  const paragraphs: Paragraph[] = [];
  let current: Paragraph | undefined;
  for (const line of lines) {
    const last = current?.lines.at(-1);
    if (current && last && !begins(line, last, current, pitch, edges.get(last.page) ?? last.right)) {
      current.lines.push(line);
      continue;
    }
    // Rows of one table stay one line apart, not a paragraph apart.
    const tight = last?.row === true && line.row && last.page === line.page && near(last, line, pitch);
    current = { lines: [line], tight };
    paragraphs.push(current);
  }
  return paragraphs;
}

function begins(line: Line, last: Line, { lines }: Paragraph, pitch: number, edge: number): boolean {
  if (line.row || last.row) return true;
  const size = Math.max(line.size, last.size);
  if (Math.abs(line.size - last.size) > size * 0.12) return true;
  const endsSentence = sentenceEnd.test(last.text);
  if (line.page !== last.page || line.y > last.y)
    return endsSentence || marker.test(line.text) || !goesOn(last, line);
  if (!near(last, line, pitch)) return true;
  const short = last.right < edge - size * 6;
  if (short && endsSentence) return true;
  if (marker.test(line.text) && (short || /(?:[.:;]|[;,] (?:and|or))$/.test(last.text))) return true;
  const indent = line.x - last.x;
  if (lines.length > 1) return indent > size && endsSentence;
  const hanging = marker.test(last.text);
  return indent > size * 2 && short && !hanging && Math.abs(centre(line) - centre(last)) > size;
}

const centre = (line: Line): number => (line.x + line.right) / 2;
const near = (last: Line, line: Line, pitch: number): boolean =>
  last.y - line.y <= Math.max(line.size, last.size) * pitch * 1.3;

/** A sentence goes on when it breaks off without an end and the next line does not look like a fresh start. */
const goesOn = (last: Line, line: Line): boolean =>
  /[\p{Ll},–-]$/u.test(last.text) || /^[\p{Ll}(]/u.test(line.text);

/** The usual distance between the lines of a paragraph, in font sizes: the median of the plausible ones. */
function typicalPitch(lines: readonly Line[]): number {
  const pitches: number[] = [];
  lines.forEach((line, index) => {
    const last = lines[index - 1];
    if (last === undefined || last.page !== line.page || last.size !== line.size) return;
    const pitch = (last.y - line.y) / line.size;
    if (pitch > 0.8 && pitch < 2.6) pitches.push(pitch);
  });
  pitches.sort((a, b) => a - b);
  return pitches[Math.floor(pitches.length / 2)] ?? 1.2;
}

/** For each page, where most of its lines end on the right. */
function rightEdges(lines: readonly Line[]): Map<number, number> {
  const byPage = Map.groupBy(lines, (line) => line.page);
  const edges = new Map<number, number>();
  for (const [page, its] of byPage) {
    const rights = its.map((line) => line.right).sort((a, b) => a - b);
    edges.set(page, rights[Math.floor(rights.length * 0.9)] ?? 0);
  }
  return edges;
}

/**
 * Paragraphs as blocks of text: words broken at line ends are mended, headings found by size, numbering or capitals.
 */
export function blocksOf(paragraphs: readonly Paragraph[]): Block[] {
  const lines = paragraphs.flatMap((paragraph) => paragraph.lines);
  const words = new Set(lines.flatMap((line) => line.text.toLowerCase().match(/[\p{L}-]{3,}/gu) ?? []));
  const bodySize = commonSize(lines);
  const headingSizes = [...new Set(lines.map((line) => rounded(line.size)))]
    .filter((size) => size > bodySize * 1.15)
    .sort((a, b) => b - a);
  return paragraphs.map(({ lines, tight }) => {
    const runs = joinLines(lines, words);
    const text = runs.map((run) => run.text).join('');
    const rank = headingSizes.indexOf(rounded(lines[0]?.size ?? 0));
    const heading = { runs, tight };
    if (lines.some((line) => line.row)) return heading;
    if (rank >= 0 && text.length <= 200 && /\p{L}/u.test(text))
      return { ...heading, level: Math.min(rank + 1, 3) };
    const guess = guessHeading(text);
    if (guess === undefined) return heading;
    const level = Math.min(guess.level + Math.min(headingSizes.length, 3), 6);
    return { ...heading, level, ...(guess.runIn ? { title: guess.title } : {}) };
  });
}

const rounded = (size: number): number => Math.round(size * 2) / 2;

function commonSize(lines: readonly Line[]): number {
  const weights = new Map<number, number>();
  for (const line of lines) {
    const size = rounded(line.size);
    weights.set(size, (weights.get(size) ?? 0) + line.text.length);
  }
  return [...weights].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}

/** One run per page. A hyphen at a line's end goes when the joined word is used elsewhere, or the halves are not. */
function joinLines(lines: readonly Line[], words: ReadonlySet<string>): Run[] {
  const runs: Run[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last === undefined) {
      runs.push({ text: line.text, page: line.page });
      continue;
    }
    last.text = mended(last.text, line.text, words);
    if (last.page === line.page) last.text += line.text;
    else runs.push({ text: line.text, page: line.page });
  }
  return runs;
}

function mended(before: string, after: string, words: ReadonlySet<string>): string {
  if (before.endsWith('\u00ad')) return before.slice(0, -1);
  const broken = /(\p{L}+)[-‐]$/u.exec(before);
  const rest = /^\p{Ll}+/u.exec(after);
  if (broken === null || rest === null)
    return /[-–—/]$/.test(before) && !/\s[-–—]$/.test(before) ? before : `${before} `;
  const halves = [broken[1] ?? '', rest[0]] as const;
  if (words.has(halves.join('').toLowerCase())) return before.slice(0, -1);
  const bothWords = halves.every((half) => words.has(half.toLowerCase()));
  return bothWords || words.has(halves.join('-').toLowerCase()) ? before : before.slice(0, -1);
}
