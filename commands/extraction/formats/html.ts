import { Readability } from '@mozilla/readability';
import { layOut } from '../blocks.ts';
import { cleanTitle } from '../clean-text.ts';
import type { DomDocument } from '../dom.ts';
import type { Draft } from '../extracted-document.ts';
import { packageVersion } from '../package-version.ts';
import { type DecodedText, decodeAs } from '../text-encoding.ts';
import { htmlBlocks } from './html-blocks.ts';

/** Readability needs time beyond proportion to both; a page beyond them keeps its plain title. */
const mostElements = 5000;
const mostDepth = 100;

/** An HTML page: all its visible text, not only what looks like the article. */
export function readHtml(bytes: Uint8Array, decoded: DecodedText): Draft {
  const { text: html, warnings } = byDeclaration(bytes, decoded);
  const { document, blocks, elements, depth } = htmlBlocks(html);
  const { text, sections } = layOut(blocks);
  const language = cleanTitle(document.documentElement?.getAttribute('lang'));
  // Last, because Readability takes the page apart.
  const { title, published } = articleData(document, elements <= mostElements && depth <= mostDepth);
  const bestTitle = title ?? sections.find((section) => section.level === 1)?.title;
  return {
    mediaType: 'text/html',
    text,
    ...(bestTitle === undefined ? {} : { title: bestTitle }),
    ...(language === undefined ? {} : { language }),
    ...(published === undefined ? {} : { claimedDate: published }),
    pages: [],
    sections,
    attachments: [],
    extractor: packageVersion('linkedom'),
    warnings,
  };
}

/** What the page itself says about its encoding goes before statistics, but not before a mark or valid UTF-8. */
function byDeclaration(bytes: Uint8Array, decoded: DecodedText): DecodedText {
  if (decoded.warnings.length === 0) return decoded;
  const declared = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(decoded.text.slice(0, 4096))?.[1];
  const text = declared === undefined ? undefined : decodeAs(bytes, declared);
  return text === undefined || declared === undefined ? decoded : { text, encoding: declared, warnings: [] };
}

function articleData(
  document: DomDocument,
  isModest: boolean,
): { title: string | undefined; published: string | undefined } {
  const plain = cleanTitle(document.querySelector('title')?.textContent);
  if (!isModest) return { title: plain, published: undefined };
  try {
    const article = new Readability(document, { maxElemsToParse: mostElements }).parse();
    const published = new Date(article?.publishedTime ?? Number.NaN);
    return {
      title: cleanTitle(article?.title) ?? plain,
      published: Number.isNaN(published.getTime()) ? undefined : published.toISOString(),
    };
  } catch {
    // Too odd for it; the text is there all the same.
    return { title: plain, published: undefined };
  }
}
