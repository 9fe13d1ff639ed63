import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePdf } from '#commands/extraction/testing/make-pdf';
import { makeDocx } from '#commands/extraction/testing/make-zip';
import {
  type DocumentSummary,
  documentDetailSchema,
  historySchema,
  searchAnswerSchema,
} from '#read-api/contract';
import { fileAt, type TestFile } from '../support/casefold-client.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

/** What becomes of files of every kind, the good and the bad, on their way through the running pipeline. */
let casefold: Product;
beforeAll(async () => {
  casefold = await startProduct();
});
afterAll(() => casefold.stop());

const fixtures = join(import.meta.dirname, '../../commands/extraction/fixtures');
const shared = join(import.meta.dirname, '../../../shared/data/parsers');

const bytes = (content: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(content);
const text = 'The parties agree that the rent is due on the first of March. '.repeat(8);

/** Uploads files into a case of their own and waits until each, and whatever was inside, is over. */
async function ingest(name: string, files: readonly TestFile[]) {
  const { caseId } = await casefold.openCase(name);
  for (let start = 0; start < files.length; start += 20) {
    await casefold.upload(caseId, files.slice(start, start + 20));
  }
  return { caseId, documents: await over(caseId) };
}

const over = (caseId: string): Promise<DocumentSummary[]> =>
  until(
    'every document is ready or failed',
    async () => {
      const documents = await casefold.documents(caseId, String(await casefold.head()));
      return documents.every(({ stage }) => stage === 'ready' || stage === 'failed') && documents;
    },
    { timeoutMs: 900_000, intervalMs: 500 },
  );

describe('a bad file', () => {
  const pdf = makePdf([[text]]);
  const junk = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3) * 31) % 256);
  const zeros = Buffer.alloc(20 * 1024 * 1024);
  const bad: readonly [reason: string | RegExp, TestFile][] = [
    ['empty', { fileName: 'empty.pdf', content: '' }],
    [/truncated-or-damaged|no-text/, { fileName: 'truncated.pdf', content: bytes(pdf.slice(0, 300)) }],
    ['encrypted', { fileName: 'encrypted.pdf', content: bytes(makePdf([[text]], { encrypted: true })) }],
    [
      /unsupported|truncated/,
      { fileName: 'program.pdf', content: bytes(Buffer.from(`MZ${'\0\x01'.repeat(900)}`)) },
    ],
    [
      'zip-bomb',
      {
        fileName: 'bomb.docx',
        content: bytes(makeDocx([text], [{ name: 'word/media/a.bin', content: zeros }])),
      },
    ],
    [/unsupported|truncated/, { fileName: 'junk.bin', content: junk }],
    [
      /truncated-or-damaged|unsupported/,
      { fileName: 'torn.docx', content: bytes(makeDocx([text]).subarray(0, 400)) },
    ],
  ];
  const good: readonly TestFile[] = [
    { fileName: 'letter.txt', content: text },
    { fileName: 'a PDF in truth.docx', content: bytes(pdf) },
  ];

  test('ends failed with its reason, and the good ones beside it are ready', async () => {
    const { documents } = await ingest('Bad files', [...bad.map(([, file]) => file), ...good]);
    const named = new Map(documents.map((document) => [document.fileName, document]));
    for (const [reason, { fileName }] of bad) {
      const { stage, error } = named.get(fileName) ?? {};
      expect(`${fileName}: ${stage}`).toBe(`${fileName}: failed`);
      expect(error).toMatchObject({ stage: 'extracting', reason: expect.stringMatching(reason) });
      expect(error?.message.length).toBeGreaterThan(15);
    }
    for (const { fileName } of good) expect(named.get(fileName)?.stage).toBe('ready');
    expect(named.get('a PDF in truth.docx')?.mediaType).toBe('application/pdf');
  });
});

/** An e-mail (RFC 5322) with files attached to it (RFC 2183). */
const emailWith = (files: readonly { name: string; type: string; content: Uint8Array }[]) => {
  const part = (head: string, body: string) => ['--part', head, '', body].join('\r\n');
  const attached = files.map(({ name, type, content }) =>
    part(
      `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${name}"`,
      Buffer.from(content).toString('base64'),
    ),
  );
  return [
    'From: ada@example.org\r\nTo: ben@example.org\r\nSubject: The lease\r\nMessage-ID: <1@example.org>',
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=part\r\n',
    part('Content-Type: text/plain', 'Please find the lease and the plan attached.'),
    ...attached,
    '--part--',
  ].join('\r\n');
};

test('what is attached to an e-mail becomes documents of its own, linked to it', async () => {
  const email = emailWith([
    { name: 'lease.pdf', type: 'application/pdf', content: makePdf([[text]]) },
    { name: 'plan.txt', type: 'text/plain', content: Buffer.from('The plan of the ground floor.') },
    { name: 'broken.pdf', type: 'application/pdf', content: makePdf([[text]], { encrypted: true }) },
  ]);
  const { documents } = await ingest('E-mail', [{ fileName: 'lease.eml', content: email }]);
  const message = documents.find(({ fileName }) => fileName === 'lease.eml');
  const parts = documents.filter(({ parentDocumentId }) => parentDocumentId !== undefined);
  expect(message).toMatchObject({ stage: 'ready', mediaType: 'message/rfc822' });
  expect(parts.map(({ fileName, stage }) => `${fileName} ${stage}`).sort()).toEqual([
    'broken.pdf failed',
    'lease.pdf ready',
    'plan.txt ready',
  ]);
  const detail = await casefold.json(documentDetailSchema, `/api/documents/${message?.documentId}`);
  expect(new Set(detail.attachments.map(({ documentId }) => documentId))).toEqual(
    new Set(parts.map(({ documentId }) => documentId)),
  );
  for (const { documentId } of parts) {
    const part = await casefold.json(documentDetailSchema, `/api/documents/${documentId}`);
    expect(part.parent).toEqual({ documentId: message?.documentId, fileName: 'lease.eml' });
  }
});

test('words in a picture are found', async () => {
  const canvas = createCanvas(900, 160);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, 900, 160);
  context.fillStyle = 'black';
  context.font = '48px sans-serif';
  context.fillText('Warehouse inventory certificate', 40, 90);
  const picture = { fileName: 'scan.png', content: bytes(await canvas.encode('png')) };
  const { caseId, documents } = await ingest('Picture', [picture]);
  expect(documents.map(({ stage }) => stage)).toEqual(['ready']);
  const { hits } = await casefold.json(
    searchAnswerSchema,
    `/api/search?q=warehouse+inventory&caseId=${caseId}`,
  );
  expect(hits[0]).toMatchObject({ fileName: 'scan.png', text: expect.stringMatching(/inventory/i) });
});

test('a document processed again is there once, with both ways in its history', async () => {
  const { caseId, documents } = await ingest('Again', [
    { fileName: 'lease.txt', content: text },
    { fileName: 'other lease.txt', content: `${text} The tenant is Ada Lovelace of London.` },
  ]);
  const documentId = documents.find(({ fileName }) => fileName === 'lease.txt')?.documentId ?? '';
  const search = async () => {
    const position = String(await casefold.caughtUp());
    return casefold.json(searchAnswerSchema, `/api/search?q=rent&caseId=${caseId}`, { position });
  };
  const hitsBefore = await search();
  for (const from of ['extracting', 'analysing', 'linking']) {
    await casefold.act(documentId, 'retry', { json: { from } });
    await over(caseId);
  }
  expect(await search()).toEqual(hitsBefore);
  const { items } = await casefold.json(historySchema, `/api/documents/${documentId}/history?limit=100`);
  const types = Object.entries(Object.groupBy(items, ({ type }) => type));
  expect(Object.fromEntries(types.map(([type, events]) => [type, events?.length]))).toEqual({
    DocumentUploaded: 1,
    DocumentReprocessingRequested: 3,
    DocumentTextExtracted: 2,
    DocumentAnalysed: 3,
    SimilarDocumentsFound: 4,
  });
});

const corpus = existsSync(shared) ? shared : fixtures;
test(`every odd file of ${corpus === shared ? 'the shared corpus' : 'the fixtures'} ends ready or failed with a reason`, {
  timeout: 1_000_000,
}, async () => {
  const files = readdirSync(corpus, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/LICENSE|README/.test(entry.name))
    .map((entry) => fileAt(join(entry.parentPath, entry.name)));
  const { documents } = await ingest('Odd files', files);
  expect(documents.length).toBeGreaterThan(files.length / 2);
  const outcomes = Object.groupBy(documents, ({ stage, error }) => error?.reason ?? stage);
  console.log(
    Object.entries(outcomes)
      .map(([outcome, its]) => `${its?.length} ${outcome}`)
      .join(', '),
  );
  for (const { fileName, stage, error } of documents) {
    if (stage === 'ready') continue;
    expect(`${fileName}: ${error?.reason}`).not.toMatch(/: (failed|timeout|out-of-memory|undefined)$/);
    expect(error?.message.length, fileName).toBeGreaterThan(15);
  }
  expect(casefold.printed()).not.toContain('died');
});
