import { and, eq, lt } from 'drizzle-orm';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import { readPassages } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import { passageId } from '#projections/document-passages/table';
import type { passageVectorsTables } from '#projections/passage-vectors/table';
import { excluded, slices } from '#projections/runner/fold-rows';
import type { EmbeddingModel } from '../models/model.ts';

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
  const { documentId, caseId } = event.data;
  const { position } = event;
  if (event.type !== 'DocumentTextExtracted') return { documentId, position, rows: [] };
  const passages = await readPassages(blobs, event.data);
  // A passage is read with its title and section, so that it is found by what it belongs to (contextual retrieval).
  const texts = passages.map(({ section, text }) =>
    [event.data.title, section, text].filter(Boolean).join('\n'),
  );
  const vectors = await embedAll(model, texts);
  const about = {
    documentId,
    caseId,
    model: `${model.identity.name}@${model.identity.version}`,
    lastPosition: position,
  };
  const rows = passages.flatMap(({ index }, order) => {
    const embedding = vectors[order];
    return embedding ? [{ ...about, passageId: passageId(documentId, index), embedding }] : [];
  });
  const mean = meanDirection(vectors);
  return { documentId, position, rows, ...(mean && { whole: { ...about, embedding: mean } }) };
}

async function embedAll(model: EmbeddingModel, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += model.maxBatch) {
    vectors.push(...(await model.embed(texts.slice(start, start + model.maxBatch), 'document')));
  }
  return vectors;
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

/** The direction of the mean of unit vectors, of unit length; undefined where there are none, or they cancel out. */
export function meanDirection(vectors: readonly Float32Array[]): Float32Array | undefined {
  const [first] = vectors;
  if (!first) return undefined;
  const sum = new Float64Array(first.length);
  for (const vector of vectors) {
    for (const [index, value] of vector.entries()) sum[index] = (sum[index] ?? 0) + value;
  }
  const length = Math.hypot(...sum);
  return length > 1e-12 ? Float32Array.from(sum, (value) => value / length) : undefined;
}
