import { closeSections } from '../blocks.ts';
import { cleanText } from '../clean-text.ts';
import type { Draft } from '../extracted-document.ts';
import type { DecodedText } from '../text-encoding.ts';

type Heading = { title: string; level: number; start: number };

/** Markdown, kept as it is written; headings (`#` and underlined, CommonMark 0.31) become sections. */
export function readMarkdown({ text: raw, warnings }: DecodedText): Draft {
  const text = cleanText(raw);
  const headings = [...markdownHeadings(text)];
  const title = headings.find((heading) => heading.level === 1)?.title;
  return {
    mediaType: 'text/markdown',
    text,
    ...(title === undefined ? {} : { title }),
    pages: [],
    sections: closeSections(headings, text.length),
    attachments: [],
    extractor: { name: 'casefold-markdown', version: '1' },
    warnings,
  };
}

/** Line by line, leaving out fenced code, where a # is no heading. */
function* markdownHeadings(text: string): Generator<Heading> {
  let fence: string | undefined;
  let before: { line: string; start: number } | undefined;
  let start = 0;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const atx = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line);
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
    } else if (mark !== undefined) fence = mark;
    else if (atx) {
      const title = plain(atx[2] ?? '');
      if (title !== '') yield { title, level: atx[1]?.length ?? 1, start };
    } else if (before && /^ {0,3}(?:=+|-{2,})[ \t]*$/.test(line) && isParagraph(before.line)) {
      yield { title: plain(before.line), level: line.trim().startsWith('=') ? 1 : 2, start: before.start };
    }
    before = fence === undefined && !atx ? { line, start } : undefined;
    start += line.length + 1;
  }
}

/** Not blank, no list item, quote, table row or code: something that an underline can make a heading. */
const isParagraph = (line: string): boolean =>
  /^ {0,3}[^\s>|#+*-]/.test(line) && !/^ {0,3}\d+[.)]\s/.test(line);

/** A title without its markup: emphasis, code marks, and links reduced to their text. */
const plain = (markup: string): string =>
  markup
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`]|\b_|_\b/g, '')
    .trim();
