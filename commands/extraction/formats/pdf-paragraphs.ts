import type { Block, Run } from '../blocks.ts';
import { cleanTitle } from '../clean-text.ts';
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
  const frames = frameOfEachPage(lines);
  const paragraphs: Paragraph[] = [];
  let current: Paragraph | undefined;
  for (const line of lines) {
    const last = current?.lines.at(-1);
    const isNear = last?.page === line.page && near(last, line, pitch);
    if (current && last) {
      const frame = frames.get(last.page) ?? { left: last.x, right: last.right, size: last.size };
      if (!begins(line, last, current, isNear, frame)) {
        if (stopsShort(last, frame) && last.page === line.page) last.breakAfter = true;
        current.lines.push(line);
        continue;
      }
    }
    // Rows of one table stay one line apart, not a paragraph apart.
    current = { lines: [line], tight: last?.row === true && line.row && isNear };
    paragraphs.push(current);
  }
  return paragraphs;
}

/** Where the text of a page begins on the left and ends on the right, but for a few lines that stick out. */
type Frame = { left: number; right: number; size: number };

function begins(line: Line, last: Line, { lines }: Paragraph, isNear: boolean, frame: Frame): boolean {
  if (line.row || last.row) return true;
  const size = Math.max(line.size, last.size);
  if (Math.abs(line.size - last.size) > size * 0.07) return true;
  const endsSentence = sentenceEnd.test(last.text);
  if (line.page !== last.page || line.y > last.y) {
    return endsSentence || marker.test(line.text) || !goesOn(last, line);
  }
  if (!isNear) return true;
  const short = last.right < frame.right - size * 6;
  if (short && endsSentence) return true;
  if (marker.test(line.text) && (short || /(?:[.:;]|[;,] (?:and|or))$/.test(last.text))) return true;
  // A heading above its text: lines of an address or a title page all stop short, and stay together.
  // Large print is a heading itself, on several lines.
  if (stopsShort(last, frame) && !stopsShort(line, frame) && size <= frame.size * larger) return true;
  return lines.length > 1 && line.x - last.x > size && endsSentence;
}

const near = (last: Line, line: Line, pitch: number): boolean =>
  last.y - line.y <= Math.max(line.size, last.size) * pitch * 1.3;

/** A line that ends long before the right edge was broken on purpose, not by the edge. */
const stopsShort = (line: Line, { left, right }: Frame): boolean => line.right < right - (right - left) * 0.3;

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

function frameOfEachPage(lines: readonly Line[]): Map<number, Frame> {
  const frames = new Map<number, Frame>();
  for (const [page, its] of Map.groupBy(lines, (line) => line.page)) {
    const at = (share: number, of: (line: Line) => number) =>
      its.map(of).sort((a, b) => a - b)[Math.floor(its.length * share)] ?? 0;
    frames.set(page, {
      left: at(0.1, (line) => line.x),
      right: at(0.9, (line) => line.right),
      size: at(0.5, (line) => line.size),
    });
  }
  return frames;
}

/**
 * Paragraphs as blocks of text: words broken at line ends are mended, headings found by size, numbering or capitals.
 */
export function blocksOf(paragraphs: readonly Paragraph[]): Block[] {
  const lines = paragraphs.flatMap((paragraph) => paragraph.lines);
  const words = new Set(lines.flatMap((line) => line.text.toLowerCase().match(/[\p{L}-]{3,}/gu) ?? []));
  const bodySize = commonSize(lines);
  const sizes = headingSizes(lines, bodySize);
  return paragraphs.map(({ lines, tight }) => {
    const runs = joinLines(lines, words);
    const text = runs.map((run) => run.text).join('');
    const size = rounded(lines[0]?.size ?? 0);
    const plain = { runs, tight };
    if (lines.some((line) => line.row)) return plain;
    const isLarge = size > bodySize * larger && text.length <= 200 && /\p{L}/u.test(text);
    if (isLarge && (size > bodySize * 1.2 || !/[.,;:]$/.test(text))) {
      const rank = sizes.indexOf(size);
      return rank === -1 ? plain : { ...plain, level: Math.min(rank + 1, 4) };
    }
    // Small print is notes, whose numbers would pass for those of headings.
    const guess = size < bodySize * 0.95 ? undefined : guessHeading(text);
    if (guess === undefined) return plain;
    const level = Math.min(guess.level + Math.min(sizes.length, 4), 6);
    return { ...plain, level, ...(guess.runIn ? { title: guess.title } : {}) };
  });
}

/** What stands in the largest print on the first two pages, if that is larger than the text: the title, most likely. */
export function titleOf(paragraphs: readonly Paragraph[]): string | undefined {
  const sizeOf = ({ lines }: Paragraph) => lines[0]?.size ?? 0;
  const bodySize = commonSize(paragraphs.flatMap((paragraph) => paragraph.lines));
  const largest = paragraphs
    .filter(({ lines }) => (lines[0]?.page ?? 0) <= 2 && /^\W{0,2}\p{L}/u.test(lines[0]?.text ?? ''))
    .reduce<Paragraph | undefined>(
      (best, next) => (best && sizeOf(best) >= sizeOf(next) ? best : next),
      undefined,
    );
  if (largest === undefined || sizeOf(largest) <= bodySize * 1.2) return undefined;
  return cleanTitle(largest.lines.map((line) => line.text).join(' '));
}

/** How much larger than the text a heading is printed, at least. */
const larger = 1.07;

/** The sizes of headings, largest first; of a long document not those of its title page alone. */
function headingSizes(lines: readonly Line[], bodySize: number): number[] {
  const large = lines.filter((line) => line.size > bodySize * larger);
  const pagesOf = Map.groupBy(large, (line) => rounded(line.size));
  const isLong = (lines.at(-1)?.page ?? 0) > 3;
  return [...pagesOf]
    .filter(([, its]) => !isLong || new Set(its.map((line) => line.page)).size > 1)
    .map(([size]) => size)
    .sort((a, b) => b - a);
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
  lines.forEach((line, index) => {
    const last = runs.at(-1);
    if (last)
      last.text = lines[index - 1]?.breakAfter ? `${last.text}\n` : mended(last.text, line.text, words);
    if (last?.page === line.page) last.text += line.text;
    else runs.push({ text: line.text, page: line.page });
  });
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
