import { describe, expect, it } from 'vitest';
import { fixture, read } from '../testing/read.ts';

const crlf = (lines: string[]) => lines.join('\r\n');
const part = (headers: string[], body: string) => crlf(['--b', ...headers, '', body]);
const mixed = (parts: string[], headers: string[] = []) =>
  crlf([
    'From: Ann <ann@example.com>',
    'To: Bob <bob@example.com>, carol@example.com',
    'Subject: =?utf-8?q?Caf=C3=A9?=',
    'Date: Mon, 31 Dec 1979 16:00:00 -0800 (PST)',
    ...headers,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    ...parts,
    '--b--',
    '',
  ]);
const plain = part(['Content-Type: text/plain'], 'Hello.');
const attached = (name: string, type = 'application/octet-stream', body = 'eA==') =>
  part(
    [
      `Content-Type: ${type}`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64',
    ],
    body,
  );

describe('a mail message', () => {
  it('gives readable headers, body, and an odd date as it claims it', async () => {
    const headers = ['Message-ID: <3@x>', 'In-Reply-To: <2@x>', 'References: <1@x>\r\n <2@x>'];
    const document = await read(mixed([plain], headers), 'a.eml');
    expect(document.text).toBe(
      'From: Ann <ann@example.com>\nTo: Bob <bob@example.com>, carol@example.com\n' +
        'Date: Mon, 31 Dec 1979 16:00:00 -0800 (PST)\nSubject: Café\n\nHello.',
    );
    expect(document).toMatchObject({
      mediaType: 'message/rfc822',
      title: 'Café',
      claimedDate: '1980-01-01T00:00:00.000Z',
      email: {
        from: 'Ann <ann@example.com>',
        to: ['Bob <bob@example.com>', 'carol@example.com'],
        cc: [],
        messageId: '<3@x>',
        inReplyTo: '<2@x>',
        references: ['<1@x>', '<2@x>'],
      },
    });
  });

  it('makes text of an HTML body when there is no plain one', async () => {
    const html = part(['Content-Type: text/html'], '<p>Dear <b>Bob</b>,</p><p>bye.</p>');
    expect((await read(mixed([html]), 'a.eml')).text).toMatch(/Dear Bob,\n\nbye\.$/);
  });

  it('hands out attachments under names that harm nobody', async () => {
    const names = [
      '../../etc/passwd',
      'C:\\\\Windows\\\\a.exe',
      'a\u0001b\u202efdp.exe',
      '..',
      `${'x'.repeat(400)}.pdf`,
    ];
    const { attachments } = await read(mixed([plain, ...names.map((name) => attached(name))]), 'a.eml');
    expect(attachments.map((attachment) => attachment.fileName)).toEqual([
      'passwd',
      'a.exe',
      'abfdp.exe',
      'attachment-4',
      `${'x'.repeat(196)}.pdf`,
    ]);
    expect(attachments.every(({ bytes }) => Buffer.from(bytes).toString() === 'x')).toBe(true);
  });

  it('leaves out tiny inline pictures and signatures, but says so of pictures', async () => {
    const logo = part(
      ['Content-Type: image/png', 'Content-Disposition: inline', 'Content-Transfer-Encoding: base64'],
      'eA==',
    );
    const { attachments, warnings } = await read(
      mixed([plain, logo, attached('smime.p7s', 'application/pkcs7-signature')]),
      'a.eml',
    );
    expect(attachments).toEqual([]);
    expect(warnings).toEqual(['Tiny inline pictures (1) were left out.']);
  });

  it('hands out a message within a message, which is read the same way', async () => {
    const { attachments } = await read(fixture('rubymail/attachment_message_rfc822.eml'), 'a.eml');
    const [inner] = attachments;
    expect(inner).toMatchObject({ mediaType: 'message/rfc822', fileName: expect.stringMatching(/\.eml$/) });
    const nested = await read(inner?.bytes ?? '', inner?.fileName ?? '');
    expect(nested.mediaType).toBe('message/rfc822');
  });

  it.each([
    ['japanese_iso_2022.eml', 'すみません。'],
    ['japanese_shift_jis.eml', 'あいうえお'],
    ['ks_c_5601-1987.eml', '스티해'],
  ])('reads the encoding of %s', async (name, words) => {
    expect((await read(fixture(`rubymail/${name}`), name)).text).toContain(words);
  });

  it('marks a quoted original as a section', async () => {
    const quoting = part(
      ['Content-Type: text/plain'],
      'I agree.\r\n\r\n-----Original Message-----\r\nFrom: Bob\r\n\r\nDo you?',
    );
    const { sections, passages } = await read(mixed([quoting]), 'a.eml');
    expect(sections).toMatchObject([{ title: 'Original Message', level: 1 }]);
    expect(passages.at(-1)?.end).toBe(sections[0]?.end);
  });
});
