import type { RecognisedLine } from '../ocr.ts';
import type { Line } from './pdf-lines.ts';

/**
 * Recognised lines in the measure of printed ones, so that paragraphs and headings are found the same way in both:
 * y grows upwards, sizes are font sizes.
 * @param scale pixels for one unit of the result
 */
export function toLines(recognised: readonly RecognisedLine[], page: number, scale: number): Line[] {
  const visible = recognised.filter((line) => /[\p{L}\p{N}]/u.test(line.text));
  const heights = visible.map((line) => line.rowHeight).sort((a, b) => a - b);
  const usual = heights[Math.floor(heights.length / 2)] ?? 1;
  return visible.map((line) => {
    // Measured heights waver; only a clearly larger line is print of another size.
    const height = line.rowHeight > usual * 1.5 ? line.rowHeight : usual;
    return {
      text: line.text,
      page,
      x: line.left / scale,
      right: line.right / scale,
      y: -line.bottom / scale,
      size: (height * 0.75) / scale,
      row: false,
    };
  });
}
