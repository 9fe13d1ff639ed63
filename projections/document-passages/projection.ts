import { eq } from 'drizzle-orm';
import type { DocumentEvent } from '#domain/document/events';
import { documentStructureSchema } from '#domain/document/structure';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import type { BlobStore } from '#platform/ports';
import type { PostgresProjection } from '../projection.ts';
import { createTable } from '../runner/create-table.ts';
import { slices } from '../runner/fold-rows.ts';
import { documentPassagesTables, passageId } from './table.ts';

type TextExtracted = Extract<DocumentEvent, { type: 'DocumentTextExtracted' }>['data'];

/** A document's text and structure, from the blobs that its event names. */
export async function readPassages(
  blobs: BlobStore,
  { text, structure }: Pick<TextExtracted, 'text' | 'structure'>,
) {
  const [textBytes, structureBytes] = await Promise.all([
    blobs.readBytes(text.sha256),
    blobs.readBytes(structure.sha256),
  ]);
  const whole = new TextDecoder().decode(textBytes);
  const { passages } = documentStructureSchema.parse(JSON.parse(new TextDecoder().decode(structureBytes)));
  return passages.map((passage) => ({ ...passage, text: whole.slice(passage.start, passage.end) }));
}

const countWords = (text: string) => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;

async function replacePassages(
  transaction: Transaction,
  schema: string,
  blobs: BlobStore,
  event: RecordedEvent<DocumentEvent>,
): Promise<void> {
  const { passage, passageTotals } = documentPassagesTables(schema);
  const { documentId, caseId } = event.data;
  await transaction.delete(passage).where(eq(passage.documentId, documentId));
  await transaction.delete(passageTotals).where(eq(passageTotals.documentId, documentId));
  if (event.type !== 'DocumentTextExtracted') return;

  const lastPosition = event.position;
  const rows = (await readPassages(blobs, event.data)).map((each) => ({
    ...each,
    passageId: passageId(documentId, each.index),
    documentId,
    caseId,
    section: each.section ?? null,
    page: each.page ?? null,
    words: countWords(each.text),
    lastPosition,
  }));
  for (const slice of slices(rows, 11)) await transaction.insert(passage).values(slice);
  const words = rows.reduce((sum, row) => sum + row.words, 0);
  await transaction
    .insert(passageTotals)
    .values({ caseId, documentId, passages: rows.length, words, lastPosition });
}

/** Blobs never change, so reading them keeps the projection a pure function of the log. */
export const documentPassages = (blobs: BlobStore): PostgresProjection => ({
  name: 'document-passages',
  version: 1,
  sink: 'postgres',
  types: ['DocumentTextExtracted', 'DocumentWithdrawn'],
  tables: ['passage', 'passage_totals'],
  createTables: (schema) => Object.values(documentPassagesTables(schema)).map(createTable),
  createIndexes: (schema) => [
    `CREATE INDEX ON "${schema}".passage USING gin (search)`,
    `CREATE INDEX ON "${schema}".passage (document_id, index)`,
    `CREATE INDEX ON "${schema}".passage (case_id)`,
  ],
  async apply(transaction, schema, events) {
    for (const event of events) {
      await replacePassages(transaction, schema, blobs, event as RecordedEvent<DocumentEvent>);
    }
  },
});
