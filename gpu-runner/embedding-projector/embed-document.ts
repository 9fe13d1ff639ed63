import { contextOf, readPassages } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import { passageId } from '#projections/document-passages/table';
import type { passageVectorsTables } from '#projections/passage-vectors/table';
import { type ExtractedEvent, textIdOf } from '#projections/runner/prepare-last';
import type { EmbeddingModel } from '../models/model.ts';

type Tables = ReturnType<typeof passageVectorsTables>;
export type PassageVectorRow = Tables['passageVector']['$inferSelect'];
export type DocumentVectorRow = Tables['documentVector']['$inferSelect'];

/** A document's vectors: of each passage, and of the document as a whole, the direction of their mean. */
export type EmbeddedDocument = {
  readonly passages: readonly PassageVectorRow[];
  /** One, or none where the passages have no common direction. */
  readonly whole: readonly DocumentVectorRow[];
};

/**
 * Embeds what an extraction found.
 *
 * @throws {Error} if the model does not give a vector for each text: a passage without one would be found by nobody
 */
export async function embedDocument(
  model: EmbeddingModel,
  blobs: BlobStore,
  event: ExtractedEvent,
): Promise<EmbeddedDocument> {
  const { data, position } = event;
  const { caseId, title } = data;
  const documentId = textIdOf(event);
  const passages = await readPassages(blobs, data);
  const texts = passages.map(({ section, text }) =>
    [contextOf({ title, section }), text].filter(Boolean).join('\n'),
  );
  const vectors = await embedAll(model, texts);
  const about = {
    documentId,
    caseId,
    model: `${model.identity.name}@${model.identity.version}`,
    lastPosition: position,
  };
  // A report is found by its passages; it is like no document, and nobody is recommended it as one.
  const mean = event.type === 'ReportCompleted' ? undefined : meanDirection(vectors);
  return {
    passages: passages.map(({ index }, order) => {
      const embedding = vectors[order] as Float32Array;
      return { ...about, passageId: passageId(documentId, index), embedding };
    }),
    whole: mean ? [{ ...about, embedding: mean }] : [],
  };
}

async function embedAll(model: EmbeddingModel, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += model.maxBatch) {
    const some = texts.slice(start, start + model.maxBatch);
    const found = await model.embed(some, 'document');
    if (found.length !== some.length) {
      const { name } = model.identity;
      throw new Error(`The model ${name} made ${found.length} vectors of ${some.length} texts.`);
    }
    vectors.push(...found);
  }
  return vectors;
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
