import { createCanvas, loadImage } from '@napi-rs/canvas';
import { layOut, pageRanges } from '../blocks.ts';
import type { Draft } from '../extracted-document.ts';
import { ExtractionError, messageOf } from '../extraction-error.ts';
import type { ImageType } from '../media-type.ts';
import { packageVersion } from '../package-version.ts';
import { pictureSize } from '../picture-size.ts';
import type { ReadingContext } from '../reading-context.ts';
import { tiffPages } from '../tiff-pages.ts';
import { blocksOf, paragraphsOf } from './pdf-paragraphs.ts';
import { toLines } from './recognised-lines.ts';

/** Beyond this recognition gains nothing; a larger photograph is scaled down. */
const mostUsefulPixels = 12_000_000;

/**
 * A picture or a TIFF of several pages, read by OCR (English print).
 * @throws {ExtractionError} `too-large`, `truncated-or-damaged`, `no-text`
 */
export async function readImage(
  bytes: Uint8Array,
  mediaType: ImageType,
  context: ReadingContext,
): Promise<Draft> {
  const pictures = mediaType === 'image/tiff' ? decodeTiff(bytes, context) : [await decode(bytes, context)];
  const lines = [];
  for (const [index, picture] of pictures.entries()) {
    lines.push(...toLines(await context.recogniser.lines(picture), index + 1, 1));
    context.progress({ done: index + 1, total: pictures.length, unit: 'page' });
  }
  const { text, sections, pageStarts } = layOut(blocksOf(paragraphsOf(lines)));
  if (text === '') {
    throw new ExtractionError(
      'no-text',
      'No words were recognised in the picture. If it shows text, scan it again straighter and at 200 dpi or more.',
    );
  }
  const numbers = new Set(pictures.keys().map((index) => index + 1));
  return {
    mediaType,
    text,
    pages: pageRanges(pictures.length, pageStarts, text.length, numbers),
    sections,
    attachments: [],
    extractor: packageVersion('tesseract.js'),
    warnings: [],
  };
}

/** Leptonica inside the recogniser reads TIFF itself; here only size and pages are looked at. */
function decodeTiff(bytes: Uint8Array, { limits }: ReadingContext): Buffer[] {
  const pages = tiffPages(bytes, limits.maxPages);
  if (pages.length === 0) throw damaged('its directory is missing');
  for (const { width, height } of pages) refuseTooLarge(width, height, limits.maxPixels);
  return pages.map((page) => page.bytes);
}

/** Decodes a picture, lays it on white (transparent paper is black to the recogniser), and hands it on as PNG. */
async function decode(bytes: Uint8Array, { limits }: ReadingContext): Promise<Buffer> {
  const size = pictureSize(bytes);
  if (size === undefined) throw damaged('its header is cut off');
  refuseTooLarge(size.width, size.height, limits.maxPixels);
  const picture = await loadImage(Buffer.from(bytes)).catch((error: unknown) => {
    throw damaged(messageOf(error));
  });
  const scale = Math.min(1, Math.sqrt(mostUsefulPixels / (picture.width * picture.height)));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  return canvas.encode('png');
}

function refuseTooLarge(width: number, height: number, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw new ExtractionError(
    'too-large',
    `The picture has ${width} × ${height} pixels; at most ${maxPixels} altogether are read. Scale it down and upload that.`,
  );
}

const damaged = (what: string): ExtractionError =>
  new ExtractionError(
    'truncated-or-damaged',
    `The picture cannot be decoded: ${what}. Get it again from its source.`,
  );
