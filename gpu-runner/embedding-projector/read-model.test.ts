import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DocumentEvent } from '#domain/document/events';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { contentOf, recorded } from '#projections/read-model-specification';
import { putTexts } from '#tests/support/random-log';
import { createLexicalEmbedder } from '../models/builtin/lexical-embedder.ts';
import { passageVectors } from './read-model.ts';

const ids = { documentId: 'd', caseId: 'c' };
const about = {
  mediaType: 'text/plain',
  attachments: [],
  extractor: { name: 'x', version: '1' },
  warnings: [],
};
const withdrawn: DocumentEvent = { type: 'DocumentWithdrawn', data: ids };

test('a document has a vector for each passage of its last extraction and one for the whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-vectors-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const blobs = await openFileBlobStore(folder);
  const [none, one, three] = (await putTexts(blobs)).map(
    (text): DocumentEvent => ({ type: 'DocumentTextExtracted', data: { ...ids, ...about, ...text } }),
  );
  const embedder = createLexicalEmbedder();
  const embedded: number[] = [];
  const model = passageVectors(
    {
      ...embedder,
      embed: (texts, purpose) => {
        embedded.push(texts.length);
        return embedder.embed(texts, purpose);
      },
    },
    blobs,
  );
  const after = (...events: (DocumentEvent | undefined)[]) =>
    contentOf(model, recorded(events.filter((event) => event !== undefined)));

  const content = await after(one, three);
  expect(content.passage_vector).toMatchObject(
    [0, 1, 2].map((index) => ({ ...ids, passageId: `d.${index}`, lastPosition: 10n })),
  );
  const [whole] = content.document_vector as { embedding: Float32Array; model: string }[];
  expect(whole?.embedding).toHaveLength(embedder.dimensions);
  expect(whole?.model).toBe(`${embedder.identity.name}@${embedder.identity.version}`);
  // Only what the batch leaves is given to the model.
  expect(embedded).toEqual([3]);

  expect((await after(three, one)).passage_vector).toHaveLength(1);
  expect(await after(three, none)).toEqual({ passage_vector: [], document_vector: [] });
  expect(await after(three, withdrawn)).toEqual({ passage_vector: [], document_vector: [] });
});

test('a model that leaves a passage out leaves no document half found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-vectors-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const blobs = await openFileBlobStore(folder);
  const texts = await putTexts(blobs);
  const extracted = texts.map(
    (text): DocumentEvent => ({ type: 'DocumentTextExtracted', data: { ...ids, ...about, ...text } }),
  );
  const embedder = createLexicalEmbedder();
  const model = passageVectors(
    { ...embedder, embed: async (...asked) => (await embedder.embed(...asked)).slice(1) },
    blobs,
  );
  await expect(contentOf(model, recorded(extracted))).rejects.toThrow(/made 2 vectors of 3 texts/);
});
