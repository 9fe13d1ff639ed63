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

describe('what is too much', () => {
  it('is refused by size before anything reads it, from bytes and from a path', async () => {
    const small = createExtractor({ workers: 1, limits: { maxBytes: 10 }, log });
    const path = import.meta.filename;
    await expect(small.extract({ bytes: utf8('x'.repeat(11)), fileName: 'a.txt' })).rejects.toMatchObject({
      reason: 'too-large',
    });
    await expect(small.extract({ path, fileName: 'a.txt' })).rejects.toMatchObject({ reason: 'too-large' });
    await small.close();
  });

  it('does not include a text of 50 MB', async () => {
    const clause =
      'The supplier delivers the goods on the agreed day, and the buyer pays for them within ten days. ';
    const bytes = utf8(`${clause.repeat(8)}\n\n`.repeat(68_000));
    expect(bytes.length).toBeGreaterThan(50_000_000);
    const { passages, text } = await extractor.extract({ bytes, fileName: 'big.txt' });
    expect(text.length).toBe(bytes.length);
    expect(passages.length).toBe(68_000);
  });

  it('is refused where the text is longer than can be kept', async () => {
    const short = createExtractor({ workers: 1, limits: { maxTextLength: 10 }, log });
    await expect(short.extract({ bytes: utf8('x'.repeat(11)), fileName: 'a.txt' })).rejects.toMatchObject({
      reason: 'too-large',
    });
    await short.close();
  });
});
