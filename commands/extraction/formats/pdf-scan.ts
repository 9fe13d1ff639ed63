import { createCanvas } from '@napi-rs/canvas';
import { OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { ReadingContext } from '../reading-context.ts';
import type { Line } from './pdf-lines.ts';
import { toLines } from './recognised-lines.ts';

/** Beyond this much text a page speaks for itself, whatever pictures it holds. */
const fewCharacters = 250;
const dotsPerInch = 200;
const pointsPerInch = 72;
/** A3 at 200 dpi has 7.7 million; more does not help recognition and costs memory. */
const mostPixels = 12_000_000;

const pictureOps = new Set([
  OPS.paintImageXObject,
  OPS.paintImageXObjectRepeat,
  OPS.paintInlineImageXObject,
  OPS.paintImageMaskXObject,
  OPS.paintImageMaskXObjectRepeat,
]);

/**
 * Whether a page has nearly no text of its own but something to see: a picture, or letters drawn as shapes. A court's
 * stamp across a scan is little text too, so little text counts as none when a picture covers most of the page.
 */
export async function isScanned(page: PDFPageProxy, lines: readonly Line[]): Promise<boolean> {
  const characters = lines.reduce((sum, line) => sum + line.text.replace(/\s/g, '').length, 0);
  if (characters >= fewCharacters) return false;
  const { fnArray, argsArray } = await page.getOperatorList();
  const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
  let covered = 0;
  let pictures = 0;
  let shapes = 0;
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  const saved: Matrix[] = [];
  fnArray.forEach((op: number, index: number) => {
    if (op === OPS.save) saved.push(matrix);
    else if (op === OPS.restore) matrix = saved.pop() ?? matrix;
    else if (op === OPS.paintFormXObjectBegin) {
      saved.push(matrix);
      matrix = multiply(matrix, toMatrix(argsArray[index]?.[0]));
    } else if (op === OPS.paintFormXObjectEnd) matrix = saved.pop() ?? matrix;
    else if (op === OPS.transform) matrix = multiply(matrix, toMatrix(argsArray[index]));
    else if (op === OPS.constructPath) shapes++;
    else if (pictureOps.has(op)) {
      pictures++;
      covered += Math.abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]);
    }
  });
  const mostly = covered > 0.5 * Math.abs((right - left) * (top - bottom));
  return mostly || (characters < 25 && (pictures > 0 || shapes > 100));
}

type Matrix = [number, number, number, number, number, number];

function toMatrix(args: unknown): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] =
    Array.isArray(args) || ArrayBuffer.isView(args) ? Array.from(args as ArrayLike<unknown>, Number) : [];
  return [a, b, c, d, e, f];
}

const multiply = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
];

/**
 * Renders a page at about 200 dpi and recognises its lines. Where the page has text of its own (a court's stamp over
 * the scan, say) that is exact, and what was recognised in the same place is dropped.
 */
export async function recognisePage(
  page: PDFPageProxy,
  lines: readonly Line[],
  context: ReadingContext,
): Promise<Line[]> {
  const natural = page.getViewport({ scale: 1 });
  const wanted = dotsPerInch / pointsPerInch;
  const most = Math.sqrt(Math.min(mostPixels, context.limits.maxPixels) / (natural.width * natural.height));
  const scale = Math.min(wanted, most);
  const viewport = page.getViewport({ scale });
  const canvas = createCanvas(
    Math.max(1, Math.floor(viewport.width)),
    Math.max(1, Math.floor(viewport.height)),
  );
  await page.render({ canvas: canvas as unknown as null, viewport }).promise;
  const recognised = toLines(
    await context.recogniser.lines(await canvas.encode('png')),
    page.pageNumber,
    scale,
  );
  const own = lines.map((line) => {
    const [x = 0, y = 0] = viewport.convertToViewportPoint(line.x, line.y).map((n: number) => n / scale);
    return { x, right: x + line.right - line.x, y: -y, size: line.size };
  });
  const hides = (line: Line) =>
    own.some((it) => Math.abs(it.y - line.y) < it.size && it.x < line.right && line.x < it.right);
  return recognised.filter((line) => !hides(line));
}
