import { and, eq, lt } from 'drizzle-orm';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import type { BlobStore } from '#platform/ports';
import type { passageVectorsTables } from '#projections/passage-vectors/table';
import { excluded, slices } from '#projections/runner/fold-rows';
import type { ExtractedEvent } from '#projections/runner/prepare-last';
import type { EmbeddingModel } from '../models/model.ts';
import { embedDocument } from './embed-document.ts';

export type Tables = ReturnType<typeof passageVectorsTables>;
type VectorRow = Tables['passageVector']['$inferInsert'];

/** What one event comes to: the vectors of a document, or none for one that was withdrawn. */
export type DocumentVectors = {
  readonly documentId: string;
  /** Of the event they follow from. */
  readonly position: bigint;
  readonly rows: readonly VectorRow[];
  /** The document as a whole: the direction of the mean of its passages. */
  readonly whole?: Tables['documentVector']['$inferInsert'];
};

export async function vectorsOf(
  model: EmbeddingModel,
  blobs: BlobStore,
  event: RecordedEvent<DocumentEvent>,
): Promise<DocumentVectors> {
  const { documentId } = event.data;
  const { position } = event;
  if (event.type !== 'DocumentTextExtracted') return { documentId, position, rows: [] };
  const { passages, whole } = await embedDocument(model, blobs, event as ExtractedEvent);
  return { documentId, position, rows: passages, ...(whole[0] && { whole: whole[0] }) };
}

export async function upsertVectors(
  transaction: Transaction,
  { passageVector }: Tables,
  rows: readonly VectorRow[],
): Promise<void> {
  for (const slice of slices(rows, 60)) {
    await transaction
      .insert(passageVector)
      .values(slice)
      .onConflictDoUpdate({ target: passageVector.passageId, set: excluded(passageVector, 'passageId') });
  }
}

/** Takes away what an earlier extraction left, and says anew where the document as a whole lies. */
export async function finishDocument(
  transaction: Transaction,
  { passageVector, documentVector }: Tables,
  { documentId, position, whole }: DocumentVectors,
): Promise<void> {
  await transaction
    .delete(passageVector)
    .where(and(eq(passageVector.documentId, documentId), lt(passageVector.lastPosition, position)));
  await transaction.delete(documentVector).where(eq(documentVector.documentId, documentId));
  if (whole) await transaction.insert(documentVector).values(whole);
}
