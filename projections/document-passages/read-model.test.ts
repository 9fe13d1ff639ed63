import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { putText } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import { contentOf, recorded } from '../read-model-specification.ts';
import { foldBatch, unpreparableEvent } from '../runner/fold-batch.ts';
import { documentPassages } from './read-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'casefold-passages-'));
let blobs: BlobStore;
beforeAll(async () => {
  blobs = await openFileBlobStore(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

type TextExtracted = Extract<DocumentEvent, { type: 'DocumentTextExtracted' }>;
const missing = 'f'.repeat(64);
const noEntries = async () => ({ has: () => false, get: () => undefined });

async function extracted(documentId: string, ...parts: string[]): Promise<DocumentEvent> {
  const passages = parts.map((part, index) => ({ index, start: 3 * index, end: 3 * index + part.length }));
  const text = await putText(blobs, parts.join('|'));
  const structure = await putText(blobs, JSON.stringify({ pages: [], sections: [], passages }));
  return extraction(documentId, text.sha256, structure.sha256);
}
const extraction = (documentId: string, text: string, structure: string): DocumentEvent => ({
  type: 'DocumentTextExtracted',
  data: {
    documentId,
    caseId: 'c',
    mediaType: 'text/plain',
    text: { sha256: text, characters: 1 },
    structure: { sha256: structure, pages: 0, sections: 0, passages: 1 },
    attachments: [],
    extractor: { name: 'x', version: '1' },
    warnings: [],
  },
});
const withdrawn = (documentId: string): DocumentEvent => ({
  type: 'DocumentWithdrawn',
  data: { documentId, caseId: 'c' },
});

test('passages have every column but the one Postgres works out, and a total', async () => {
  const content = await contentOf(documentPassages(blobs), recorded([await extracted('d', 'a\0', 'b')]));
  const about = {
    documentId: 'd',
    caseId: 'c',
    section: null,
    page: null,
    context: '',
    words: 1,
    lastPosition: 0n,
  };
  expect(content.passage).toEqual([
    { ...about, passageId: 'd.0', index: 0, start: 0, end: 2, text: 'a\ufffd' },
    { ...about, passageId: 'd.1', index: 1, start: 3, end: 4, text: 'b' },
  ]);
  expect(content.passage_totals).toEqual([
    { caseId: 'c', documentId: 'd', passages: 2, words: 2, lastPosition: 0n },
  ]);
});

test.each([[[1]], [[9]]])(
  'another extraction takes the place of the last, in batches of %j',
  async (sizes) => {
    const log = recorded([
      await extracted('d', 'ab', 'cd'),
      await extracted('e', 'x'),
      await extracted('d', 'new'),
    ]);
    const content = await contentOf(documentPassages(blobs), log, sizes);
    expect(content.passage).toMatchObject([
      { passageId: 'd.0', text: 'new', lastPosition: 20n },
      { passageId: 'e.0', text: 'x', lastPosition: 10n },
    ]);
    expect(content.passage_totals).toMatchObject([{ documentId: 'd', passages: 1 }, { documentId: 'e' }]);
  },
);

test.each([[[1]], [[9]]])('a withdrawn document has none, in batches of %j', async (sizes) => {
  const log = recorded([await extracted('d', 'ab'), withdrawn('d')]);
  expect(await contentOf(documentPassages(blobs), log, sizes)).toEqual({ passage: [], passage_totals: [] });
});

test('an extraction that is void by the end of the batch is not read', async () => {
  const log = recorded([extraction('d', missing, missing), await extracted('d', 'ab')]);
  expect((await contentOf(documentPassages(blobs), log)).passage).toMatchObject([{ text: 'ab' }]);
  await expect(contentOf(documentPassages(blobs), log, [1])).rejects.toThrow();
});

test('a blob that is not there is told with the event that names it', async () => {
  const log = recorded([
    extraction('d', missing, missing),
    await extracted('d', 'ab'),
    extraction('e', missing, missing),
    await extracted('f', 'cd'),
  ]);
  const error = await foldBatch(documentPassages(blobs), log, noEntries).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(missing);
  expect(unpreparableEvent(error)?.id).toBe('e2');
});

test('what an extraction weighs grows with its text and its passages; a withdrawal weighs nothing', () => {
  const { weigh } = documentPassages(blobs);
  const weightOf = (characters: number, passages: number) => {
    const [event] = recorded([extraction('d', missing, missing)]);
    const { text, structure } = (event as RecordedEvent<TextExtracted>).data;
    const data = { ...event?.data, text: { ...text, characters }, structure: { ...structure, passages } };
    return weigh?.({ ...event, data } as RecordedEvent) ?? 0;
  };
  expect(weightOf(1_000_000, 1)).toBeGreaterThan(2_000_000);
  expect(weightOf(1, 1000)).toBeGreaterThan(100_000);
  expect(recorded([withdrawn('d')]).map((event) => weigh?.(event))).toEqual([0]);
});
