import { describe, expect, it } from 'vitest';
import { makeDocx, makeZip } from '../testing/make-zip.ts';
import { fixture, read } from '../testing/read.ts';

describe('a Word document', () => {
  it('gives its text, sections and what it claims of itself', async () => {
    const document = await read(makeDocx(['# Lease', 'The rent is due.', '# Term', 'Two years.']), 'a.docx');
    expect(document).toMatchObject({
      mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      text: 'Lease\n\nThe rent is due.\n\nTerm\n\nTwo years.',
      title: 'Lease of 12 High Street',
      language: 'en-GB',
      claimedDate: '2019-03-04T05:06:07.000Z',
      sections: [
        { title: 'Lease', level: 1, start: 0, end: 25 },
        { title: 'Term', level: 1, start: 25, end: 41 },
      ],
      extractor: { name: 'mammoth' },
    });
  });

  it('keeps tables in rows and notes with their marks', async () => {
    const { text } = await read(fixture('mammoth/tables.docx'), 'tables.docx');
    expect(text).toBe('Above\n\nTop left\tTop right\nBottom left\tBottom right\n\nBelow');
    const notes = await read(fixture('mammoth/footnotes.docx'), 'footnotes.docx');
    expect(notes.text).toBe('Ouch[1].[2]\n\n1. A tachyon walks into a bar.\n2. Fin.');
  });

  it('is refused with a reason when it holds no text, is cut off, or is protected', async () => {
    await expect(read(fixture('mammoth/empty.docx'), 'a.docx')).rejects.toMatchObject({ reason: 'no-text' });
    const cut = fixture('mammoth/tables.docx').subarray(0, 9000);
    await expect(read(cut, 'a.docx')).rejects.toMatchObject({ reason: 'truncated-or-damaged' });
    const locked = makeZip([{ name: 'word/document.xml', content: 'x', flags: 1 }]);
    await expect(read(locked, 'a.docx')).rejects.toMatchObject({ reason: 'encrypted' });
    const magic = Buffer.from('d0cf11e0a1b11ae1', 'hex');
    const wrapped = Buffer.concat([magic, Buffer.from('EncryptedPackage', 'utf16le')]);
    await expect(read(wrapped, 'a.docx')).rejects.toMatchObject({ reason: 'encrypted' });
    const old = Buffer.concat([magic, Buffer.from('WordDocument', 'utf16le')]);
    await expect(read(old, 'a.doc')).rejects.toMatchObject({
      reason: 'unsupported',
      message: /old Word document/,
    });
  });
});

describe('a zip bomb', () => {
  const zeros = Buffer.alloc(20 * 1024 * 1024);

  it('is refused by the size it declares', async () => {
    const bomb = makeDocx(['Hello'], [{ name: 'word/media/a.bin', content: 'x', declaredSize: 0xf0000000 }]);
    await expect(read(bomb, 'a.docx')).rejects.toMatchObject({ reason: 'zip-bomb' });
  });

  it('is refused by its ratio', async () => {
    const bomb = makeDocx(['Hello'], [{ name: 'word/media/a.bin', content: zeros }]);
    expect(bomb.length).toBeLessThan(100_000);
    await expect(read(bomb, 'a.docx')).rejects.toMatchObject({ reason: 'zip-bomb', message: /200 times/ });
  });

  it('is refused when it declares little and unpacks to much', async () => {
    const bomb = makeDocx(['Hello'], [{ name: 'word/media/a.bin', content: zeros, declaredSize: 1000 }]);
    await expect(read(bomb, 'a.docx')).rejects.toMatchObject({ reason: 'zip-bomb', message: /declares/ });
  });

  it('is refused by its number of entries', async () => {
    const many = Array.from({ length: 50 }, (_, n) => ({ name: `word/${n}`, content: '' }));
    await expect(read(makeDocx(['Hello'], many), 'a.docx', { maxZipEntries: 20 })).rejects.toMatchObject({
      reason: 'zip-bomb',
      message: /55 entries/,
    });
  });
});

describe('other zip containers', () => {
  it.each([
    ['xl/workbook.xml', 'unsupported', /Excel/],
    ['ppt/presentation.xml', 'unsupported', /PowerPoint/],
    ['META-INF/manifest.xml', 'unsupported', /OpenDocument/],
    ['hello.txt', 'unsupported', /Unpack it/],
  ])('says what %s is', async (name, reason, message) => {
    const office = /^(?:xl|ppt)/.test(name) ? [{ name: '[Content_Types].xml', content: '' }] : [];
    const zip = makeZip([...office, { name, content: 'x' }]);
    await expect(read(zip, 'a.docx')).rejects.toMatchObject({ reason, message });
  });

  it('says that an empty one is empty', async () => {
    await expect(read(makeZip([]), 'a.zip')).rejects.toMatchObject({ reason: 'empty' });
  });
});
