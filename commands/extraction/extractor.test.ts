import { afterAll, describe, expect, it } from 'vitest';
import { createExtractor, type ExtractionError } from './extractor.ts';
import { makePdf } from './testing/make-pdf.ts';

const log = { warn: () => {} };
const extractor = createExtractor({ workers: 2, log });
afterAll(() => extractor.close());
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('the extractor', () => {
  it('reads plain text in a worker thread', async () => {
    const document = await extractor.extract({
      bytes: utf8('1. TERM\r\n\r\nTwo years.\r\n'),
      fileName: 'a.txt',
    });
    expect(document).toMatchObject({
      mediaType: 'text/plain',
      text: '1. TERM\n\nTwo years.\n',
      sections: [{ title: '1. TERM', start: 0 }],
      passages: [{ index: 0, start: 0, end: 19, section: '1. TERM' }],
      warnings: [],
    });
  });

  it('reads a PDF page by page and says how far it is', async () => {
    const seen: string[] = [];
    const bytes = makePdf([['First page.'], ['Second page.']]);
    const onProgress = (p: { done: number; total: number; unit: string }) =>
      seen.push(`${p.done}/${p.total} ${p.unit}`);
    const document = await extractor.extract({ bytes, fileName: 'a.pdf', onProgress });
    expect(document.text).toBe('First page.\n\nSecond page.');
    expect(document.pages.map(({ start, end }) => document.text.slice(start, end).trim())).toEqual([
      'First page.',
      'Second page.',
    ]);
    expect(seen).toEqual(['1/2 page', '2/2 page']);
  });

  it('gives the same for the same bytes', async () => {
    const input = { bytes: makePdf([['One.', 'Two.']]), fileName: 'a.pdf' };
    expect(await extractor.extract(input)).toEqual(await extractor.extract(input));
  });

  it('refuses an empty file with a reason', async () => {
    const refusal = extractor.extract({ bytes: new Uint8Array(), fileName: 'a.pdf' });
    await expect(refusal).rejects.toMatchObject({
      name: 'ExtractionError',
      reason: 'empty',
    } satisfies Partial<ExtractionError>);
  });
});
