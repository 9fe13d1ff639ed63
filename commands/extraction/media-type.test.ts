import { describe, expect, it } from 'vitest';
import { makePdf } from './testing/make-pdf.ts';
import { read } from './testing/read.ts';

describe('the media type', () => {
  it.each([
    ['mail.txt', 'From: a@b\nTo: c@d\nSubject: x\n\nHello', 'message/rfc822'],
    ['page.txt', '<!-- x -->\n<!DOCTYPE html><p>Hello', 'text/html'],
    ['notes.txt', 'Subject to contract: nothing is agreed.\nMore.', 'text/plain'],
    ['notes.md', '# Hello', 'text/markdown'],
    ['data.xml', '<?xml version="1.0"?><case>Hello</case>', 'text/plain'],
    ['letter.txt', 'To: the court\n\nDear Sirs,', 'text/plain'],
  ])('of %s is judged by its bytes', async (name, content, mediaType) => {
    expect((await read(content, name)).mediaType).toBe(mediaType);
  });

  it('warns when the name promises something else', async () => {
    const { mediaType, warnings } = await read(makePdf([['Hello']]), 'a.txt');
    expect(mediaType).toBe('application/pdf');
    expect(warnings).toEqual([
      'The name ends in .txt, but the bytes are application/pdf; read as what they are.',
    ]);
  });

  it.each([
    ['a.wpd', Buffer.from('\u00ffWPC....', 'latin1'), /WordPerfect/],
    ['a.rtf', Buffer.from('{\\rtf1 hello}'), /Rich Text/],
    ['a.exe', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)]), /cannot be read/],
  ])('of %s is named in the refusal', async (name, bytes, message) => {
    await expect(read(bytes, name)).rejects.toMatchObject({ reason: 'unsupported', message });
  });
});
