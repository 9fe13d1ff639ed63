import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { makePdf, makeScannedPdf } from '../testing/make-pdf.ts';
import { read } from '../testing/read.ts';

const paragraph = [
  'The supplier delivers the goods on the day that the parties agree upon, at the supp-',
  'lier’s own cost and risk, to the place that the buyer names in the order in writing.',
].map((line) => line.replace('’', "'"));

describe('a PDF', () => {
  it('gives paragraphs, mends words broken at line ends, and finds headings', async () => {
    const { text, sections, passages } = await read(
      makePdf([['1. DELIVERY', '', ...paragraph, '', 'Short end.']]),
      'a.pdf',
    );
    expect(text).toBe(
      "1. DELIVERY\n\nThe supplier delivers the goods on the day that the parties agree upon, at the supplier's own cost " +
        'and risk, to the place that the buyer names in the order in writing.\n\nShort end.',
    );
    expect(sections).toMatchObject([{ title: '1. DELIVERY', start: 0, end: text.length }]);
    expect(passages).toMatchObject([{ section: '1. DELIVERY', page: 1, start: 0, end: text.length }]);
  });

  it('lets a sentence run across the page, past page numbers and repeated headers, and keeps Bates numbers', async () => {
    const pages = ['one and', 'two and', 'three and', 'four.'].map((words, index) => [
      'Acme v. Jones',
      '',
      `The long sentence that fills this line goes on with part ${words}`,
      ...(index === 3 ? ['', 'ACME-00004'] : []),
      '',
      `Page ${index + 1}`,
    ]);
    const { text, pages: ranges, warnings } = await read(makePdf(pages), 'a.pdf');
    expect(text).toMatch(/^Acme v\. Jones\n\nThe long .* part one and The long .* four\.\n\nACME-00004$/);
    expect(ranges.map(({ start, end }) => text.slice(start, end).trim().slice(-9))).toEqual(
      [' one and', ' two and', 'three and', 'CME-00004'].map((tail) => expect.stringContaining(tail.trim())),
    );
    expect(warnings.join()).toMatch(/7 page numbers and repeated/);
  });

  it('says what the document claims of itself', async () => {
    const info = "/Title (Microsoft Word - Lease) /CreationDate (D:20190304050607+01'00')";
    expect(await read(makePdf([['Hello']], { info }), 'a.pdf')).toMatchObject({
      title: 'Lease',
      claimedDate: '2019-03-04T04:06:07.000Z',
      extractor: { name: 'pdfjs-dist' },
    });
  });

  it('is recognised where it is scanned, and the stamp over it is not read twice', async () => {
    const canvas = createCanvas(1275, 1650);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 1275, 1650);
    context.fillStyle = '#000';
    context.font = '40px DejaVu Sans, Liberation Sans, sans-serif';
    context.fillText('The quick brown fox jumps over the lazy dog', 100, 700);
    const document = await read(
      makeScannedPdf(await canvas.encode('jpeg'), 1275, 1650, 'FILED 4 MAY 2021'),
      'a.pdf',
    );
    expect(document.text).toMatch(/^FILED 4 MAY 2021\n\nThe quick brown fox jumps over the lazy dog$/);
    expect(document.pages).toMatchObject([{ number: 1, ocr: true }]);
    expect(document.extractor.name).toBe('pdfjs-dist + tesseract.js');
  });

  it('is refused with a reason when it is encrypted, has no pages, or is cut off', async () => {
    await expect(read(makePdf([['x']], { encrypted: true }), 'a.pdf')).rejects.toMatchObject({
      reason: 'encrypted',
    });
    await expect(read(makePdf([]), 'a.pdf')).rejects.toMatchObject({ reason: 'truncated-or-damaged' });
    const head = makePdf([['x']]).subarray(0, 60);
    await expect(read(head, 'a.pdf')).rejects.toMatchObject({ reason: 'truncated-or-damaged' });
    await expect(read(makePdf([[]]), 'a.pdf')).rejects.toMatchObject({ reason: 'no-text' });
    await expect(read(makePdf([['x'], ['y']]), 'a.pdf', { maxPages: 1 })).rejects.toMatchObject({
      reason: 'too-large',
    });
  });

  it('gives what is left of a PDF whose end is missing, and says so', async () => {
    const whole = makePdf([['First page.'], ['Second page.']]);
    const cut = whole.subarray(0, Buffer.from(whole).indexOf('startxref'));
    const { text, warnings } = await read(cut, 'a.pdf');
    expect(text).toBe('First page.\n\nSecond page.');
    expect(warnings).toEqual(['The end of the PDF is missing: it may be cut off, and text with it.']);
    const noTrailer = whole.subarray(0, Buffer.from(whole).indexOf('xref'));
    await expect(read(noTrailer, 'a.pdf')).rejects.toMatchObject({ reason: 'truncated-or-damaged' });
  });
});
