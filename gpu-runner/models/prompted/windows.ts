import { mostParts } from '#domain/document/inference';
import type { Span } from '../model.ts';

/** Some three thousand tokens: with the instruction and the answer, what a small model can still look at. */
export const windowCharacters = 12_000;
/** A document of about forty pages. */
export const mostWindows = mostParts;

/** The parts of a text that a model reads one by one, cut where a paragraph ends, or at least a line or a word. */
export function windowsOf(text: string, longest = windowCharacters, most = mostWindows): Span[] {
  const windows: Span[] = [];
  for (let start = 0; start < text.length && windows.length < most; ) {
    const end = endOf(text, start, longest);
    if (text.slice(start, end).trim() !== '') windows.push({ start, end });
    start = end;
  }
  return windows;
}

function endOf(text: string, start: number, longest: number): number {
  const furthest = start + longest;
  if (furthest >= text.length) return text.length;
  for (const mark of ['\n\n', '. ', '\n', ' ']) {
    const at = text.lastIndexOf(mark, furthest - mark.length);
    if (at > start + longest / 2) return at + mark.length;
  }
  // Never between the halves of a surrogate pair.
  return /[\ud800-\udbff]/.test(text.charAt(furthest - 1)) ? furthest - 1 : furthest;
}
