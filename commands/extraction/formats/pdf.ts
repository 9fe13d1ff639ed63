import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import {
  getDocument,
  InvalidPDFException,
  PasswordException,
  PDFDateString,
  type PDFDocumentProxy,
  version,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import { z } from 'zod';
import { layOut, pageRanges } from '../blocks.ts';
import { cleanTitle } from '../clean-text.ts';
import type { Draft } from '../extracted-document.ts';
import { ExtractionError, messageOf } from '../extraction-error.ts';
import { packageVersion } from '../package-version.ts';
import type { ReadingContext } from '../reading-context.ts';
import { attachmentsOf } from './pdf-attachments.ts';
import { type Line, linesOf } from './pdf-lines.ts';
import { blocksOf, paragraphsOf, titleOf } from './pdf-paragraphs.ts';
import { withoutRunningLines } from './pdf-running-lines.ts';
import { isScanned, recognisePage } from './pdf-scan.ts';

/**
 * Text of a PDF in reading order. A page that is a picture is recognised (OCR). Pages that cannot be read are left out
 * with a warning, as long as one can.
 * @throws {ExtractionError} `encrypted`, `truncated-or-damaged`, `too-large`
 */
export async function readPdf(bytes: Uint8Array, context: ReadingContext): Promise<Draft> {
  const task = open(bytes, context.limits.maxPixels);
  try {
    return await readDocument(await task.promise.catch(explain), context, endWarnings(bytes));
  } finally {
    await task.destroy();
  }
}

function open(bytes: Uint8Array, maxImageSize: number) {
  const manifest = findPackageJSON('pdfjs-dist', import.meta.url);
  if (manifest === undefined) throw new Error('The package pdfjs-dist is not installed. Run npm ci.');
  const folder = (name: string) => join(dirname(manifest), name, '/');
  return getDocument({
    // The reader takes the buffer over, so it gets its own.
    data: new Uint8Array(bytes),
    cMapUrl: folder('cmaps'),
    standardFontDataUrl: folder('standard_fonts'),
    wasmUrl: folder('wasm'),
    iccUrl: folder('iccs'),
    // Fonts of the machine would make the same bytes look different on another one.
    useSystemFonts: false,
    maxImageSize,
    verbosity: 0,
  });
}

function explain(error: unknown): never {
  if (error instanceof PasswordException) {
    throw new ExtractionError(
      'encrypted',
      'The PDF is protected by a password. Remove the protection (print it to a new PDF, say) and upload that.',
    );
  }
  const what = error instanceof InvalidPDFException ? 'its structure is broken' : messageOf(error);
  throw new ExtractionError(
    'truncated-or-damaged',
    `The PDF cannot be opened: ${what}. It may be cut off or damaged; get it again from its source.`,
    { cause: error },
  );
}

/** A heading in capitals on the first page is a title if it says what kind of document this is, else it may be anything. */
const kindOfDocument =
  /\b(?:agreement|contract|amendment|addendum|lease|deed|power of attorney|report|order|judge?ment|opinion|complaint|motion|petition|statement|memorandum|policy|minutes|notice)\b(?!.*:$)/i;

type PageResult = { lines: Line[]; recognised: boolean };

/** ISO 32000-1, 7.5.5: the last line is %%EOF; readers look for it in the last kilobyte. */
function endWarnings(bytes: Uint8Array): string[] {
  const end = Buffer.from(bytes.subarray(-1024)).toString('latin1');
  return end.includes('%%EOF') ? [] : ['The end of the PDF is missing: it may be cut off, and text with it.'];
}

async function readDocument(
  document: PDFDocumentProxy,
  context: ReadingContext,
  warnings: string[],
): Promise<Draft> {
  const total = document.numPages;
  if (total > context.limits.maxPages) {
    throw new ExtractionError(
      'too-large',
      `The PDF has ${total} pages; at most ${context.limits.maxPages} are read. Split it and upload the parts.`,
    );
  }
  const pages: PageResult[] = [];
  let unreadable = 0;
  for (let number = 1; number <= total; number++) {
    try {
      pages.push(await readPage(document, number, context));
    } catch (error) {
      unreadable++;
      if (unreadable <= 20) warnings.push(`Page ${number} cannot be read: ${messageOf(error)}.`);
      pages.push({ lines: [], recognised: false });
    }
    context.progress({ done: number, total, unit: 'page' });
  }
  if (unreadable === total) {
    throw new ExtractionError(
      'truncated-or-damaged',
      `None of the ${total} pages of the PDF can be read (${warnings[0] ?? 'it has no pages'}). Get it again from its source.`,
    );
  }
  if (unreadable > 20) warnings.push(`${unreadable} pages cannot be read.`);
  return assemble(document, pages, warnings);
}

async function readPage(
  document: PDFDocumentProxy,
  number: number,
  context: ReadingContext,
): Promise<PageResult> {
  const page = await document.getPage(number);
  try {
    const lines = linesOf((await page.getTextContent()).items, number);
    const scanned = await isScanned(page, lines);
    return scanned
      ? { lines: [...lines, ...(await recognisePage(page, lines, context))], recognised: true }
      : { lines, recognised: false };
  } finally {
    page.cleanup();
  }
}

async function assemble(document: PDFDocumentProxy, pages: PageResult[], warnings: string[]): Promise<Draft> {
  const { lines, removed } = withoutRunningLines(pages.map((page) => page.lines));
  if (removed > 0)
    warnings.push(`${removed} page numbers and repeated page headers or footers were left out.`);
  const paragraphs = paragraphsOf(lines);
  const { text, sections, pageStarts } = layOut(blocksOf(paragraphs));
  const recognised = new Set(pages.flatMap((page, index) => (page.recognised ? [index + 1] : [])));
  const { title, claimedDate, language } = await metadataOf(document);
  const heading = sections.find(
    (section) => section.level === 1 && section.start < 2000 && kindOfDocument.test(section.title),
  )?.title;
  const bestTitle = title ?? titleOf(paragraphs) ?? heading;
  return {
    mediaType: 'application/pdf',
    text,
    ...(bestTitle === undefined ? {} : { title: bestTitle }),
    ...(claimedDate === undefined ? {} : { claimedDate }),
    ...(language === undefined ? {} : { language }),
    pages: pageRanges(pages.length, pageStarts, text.length, recognised),
    sections,
    attachments: await attachmentsOf(document, warnings),
    extractor: recognised.size > 0 ? withOcr() : { name: 'pdfjs-dist', version },
    warnings,
  };
}

function withOcr(): Draft['extractor'] {
  const ocr = packageVersion('tesseract.js');
  return { name: `pdfjs-dist + ${ocr.name}`, version: `${version} + ${ocr.version}` };
}

const infoSchema = z.object({
  Title: z.string().optional().catch(undefined),
  CreationDate: z.string().optional().catch(undefined),
  Language: z.string().nullish().catch(undefined),
});

async function metadataOf(document: PDFDocumentProxy) {
  // Metadata is the part of a damaged file most often broken, and the part least needed.
  const metadata = await document.getMetadata().catch(() => undefined);
  const info = infoSchema.safeParse(metadata?.info).data;
  const title = cleanTitle(info?.Title?.replace(/^Microsoft Word - /, ''));
  const date = info?.CreationDate === undefined ? null : PDFDateString.toDateObject(info.CreationDate);
  return {
    title:
      title !== undefined && /^untitled$|\.(?:docx?|pdf|indd|html?|png|jpe?g|tiff?)$/i.test(title)
        ? undefined
        : title,
    claimedDate: date === null || Number.isNaN(date.getTime()) ? undefined : date.toISOString(),
    language: cleanTitle(info?.Language),
  };
}
