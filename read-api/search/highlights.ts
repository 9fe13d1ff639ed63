import type { Span } from '../contract.ts';

/** Put around each word found: control characters that no extracted text holds. */
export const markStart = '\u0001';
export const markEnd = '\u0002';

/**
 * Where the marked words stand.
 *
 * @param marked the text with marks in it
 * @param text the same text without
 * @returns spans in UTF-16 code units of `text`; none if `marked` says anything else, since a wrong highlight is worse
 *   than none
 */
export function spansOf(marked: string, text: string): Span[] {
  const [head = '', ...rest] = marked.split(markStart);
  const spans: Span[] = [];
  let plain = head;
  for (const piece of rest) {
    const [word = '', after = ''] = piece.split(markEnd);
    spans.push({ start: plain.length, end: plain.length + word.length });
    plain += word + after;
  }
  return plain === text ? spans : [];
}
