import type { SearchHit } from '#read-api/contract';

type Excerpt = Pick<SearchHit, 'text' | 'highlights'>;

/**
 * The part of a passage worth reading in a list: about `length` characters around the first words found, whole words
 * at both ends.
 */
export function excerpt({ text, highlights }: Excerpt, length = 420): Excerpt {
  if (text.length <= length) return { text, highlights };
  const first = Math.min(...highlights.map(({ start }) => start), text.length - length);
  const from = wordStart(text, Math.max(0, first - 80));
  const to = wordEnd(text, Math.min(text.length, from + length));
  const before = from > 0 ? '… ' : '';
  return {
    text: before + text.slice(from, to) + (to < text.length ? ' …' : ''),
    highlights: highlights
      .filter(({ start, end }) => start >= from && end <= to)
      .map(({ start, end }) => ({
        start: start - from + before.length,
        end: end - from + before.length,
      })),
  };
}

function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.indexOf(' ', at);
  return space === -1 || space > at + 40 ? at : space + 1;
}

function wordEnd(text: string, at: number): number {
  if (at === text.length) return at;
  const space = text.lastIndexOf(' ', at);
  return space <= at - 40 ? at : space;
}
