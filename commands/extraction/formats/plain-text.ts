import { closeSections } from '../blocks.ts';
import { cleanText } from '../clean-text.ts';
import type { Draft } from '../extracted-document.ts';
import { guessHeading } from '../headings.ts';
import { paragraphs, trimSpan } from '../paragraphs.ts';
import type { DecodedText } from '../text-encoding.ts';

/** Plain text, kept line by line as it is; its headings are guessed from numbering and capitals. */
export function readPlainText({ text: raw, warnings }: DecodedText): Draft {
  const text = cleanText(raw);
  return {
    mediaType: 'text/plain',
    text,
    pages: [],
    sections: closeSections([...guessedHeadings(text)], text.length),
    attachments: [],
    extractor: { name: 'casefold-text', version: '1' },
    warnings,
  };
}

/** Headings at the beginning of paragraphs: a line of its own, or a title run into its clause. */
export function* guessedHeadings(text: string): Generator<{ title: string; level: number; start: number }> {
  for (const span of paragraphs(text)) {
    const paragraph = trimSpan(text, { start: span.start, end: Math.min(span.end, span.start + 2000) });
    if (paragraph === undefined) continue;
    const body = text.slice(paragraph.start, paragraph.end);
    const lineEnd = body.indexOf('\n');
    // Only the whole of a short paragraph can be a heading line; a long one can begin with a run-in title.
    const guess = guessHeading(lineEnd === -1 ? body : body.slice(0, 400).replace(/\s+/g, ' '));
    if (guess && (guess.runIn || lineEnd === -1)) {
      yield { title: guess.title, level: guess.level, start: paragraph.start };
    }
  }
}
