import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { makeTiff } from '../testing/make-tiff.ts';
import { read } from '../testing/read.ts';

const words = 'Payment is due in ten days';
function picture(text: string) {
  const canvas = createCanvas(800, 160);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 800, 160);
  context.fillStyle = '#000';
  context.font = '40px DejaVu Sans, Liberation Sans, sans-serif';
  context.fillText(text, 30, 90);
  return canvas;
}

describe('a picture', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('as %s is read', async (format) => {
    const canvas = picture(words);
    const bytes =
      format === 'png'
        ? await canvas.encode('png')
        : format === 'jpeg'
          ? await canvas.encode('jpeg', 90)
          : await canvas.encode('webp', 90);
    const document = await read(bytes, `a.${format}`);
    expect(document).toMatchObject({
      mediaType: `image/${format}`,
      text: words,
      pages: [{ number: 1, start: 0, end: words.length, ocr: true }],
      extractor: { name: 'tesseract.js' },
    });
  });

  it('as a TIFF of two pages is read page by page', async () => {
    const { text, pages } = await read(makeTiff([picture('First sheet'), picture('Second sheet')]), 'a.tif');
    expect(pages.map(({ start, end }) => text.slice(start, end).trim())).toEqual([
      'First sheet',
      'Second sheet',
    ]);
  });

  it('is refused with a reason when it is blank, cut off, or would fill the memory', async () => {
    const bytes = await picture(words).encode('png');
    await expect(read(await picture('').encode('png'), 'a.png')).rejects.toMatchObject({ reason: 'no-text' });
    await expect(read(bytes.subarray(0, 60), 'a.png')).rejects.toMatchObject({
      reason: 'truncated-or-damaged',
    });
    await expect(read(makeTiff([picture('')]).subarray(0, 300), 'a.tif')).rejects.toMatchObject({
      reason: 'truncated-or-damaged',
    });
    const huge = Buffer.from(bytes);
    huge.writeUInt32BE(100_000, 16);
    huge.writeUInt32BE(100_000, 20);
    await expect(read(huge, 'a.png')).rejects.toMatchObject({ reason: 'too-large' });
  });
});
