import type { Span } from '../model.ts';

/** Of one name. */
const mostMentions = 200;

/** Where words stand in a text as words of their own; white space may differ, and letter case where that is said. */
export function locate(text: string, words: string, { anyCase = false } = {}): Span[] {
  const parts = words
    .trim()
    .split(/\s+/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  if (parts.join('') === '') return [];
  const expression = new RegExp(
    `(?<![\\p{L}\\p{N}])${parts.join('\\s+')}(?![\\p{L}\\p{N}])`,
    anyCase ? 'giu' : 'gu',
  );
  const found: Span[] = [];
  for (const { index, 0: match } of text.matchAll(expression)) {
    if (found.push({ start: index, end: index + match.length }) === mostMentions) break;
  }
  return found;
}
