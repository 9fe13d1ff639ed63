import { documentStream } from '#domain/document/decider';
import { reportStream } from '#domain/report/decider';
import type { BlobStore } from '#platform/ports';
import { documentOf } from '#projections/document-passages/table';
import { passageVectorsTables } from '#projections/passage-vectors/table';
import { type PostgresReadModel, tablePart } from '#projections/read-model';
import {
  preparedContent,
  prepareLast,
  type TextEvent,
  textEventTypes,
  textIdOf,
  weightOfText,
} from '#projections/runner/prepare-last';
import type { EmbeddingModel } from '../models/model.ts';
import { absentModel } from './absent-model.ts';
import { type EmbeddedDocument, embedDocument } from './embed-document.ts';

const nothing: EmbeddedDocument = { passages: [], whole: [] };

/** Embeds every passage with the first of some models, or with another of them where a generation was made by it. */
export function passageVectorsBy(
  models: readonly EmbeddingModel[],
  blobs: BlobStore,
  [chosen] = models,
): PostgresReadModel {
  if (!chosen) throw new Error('There is no model that embeds.');
  const choices = models.map(({ identity }) => identity.name);
  return {
    ...passageVectors(chosen, blobs),
    madeBy: {
      model: chosen.identity.name,
      choices,
      by(name) {
        const model = models.find(({ identity }) => identity.name === name);
        return model
          ? passageVectorsBy(models, blobs, [model])
          : passageVectors(absentModel(name, choices), blobs);
      },
    },
  };
}

/**
 * Embeds every passage. The one projection that calls a model: vectors are derived data, and each row says which model
 * made it. It lives here, beside the model, because that is where the accelerator is.
 */
export function passageVectors(model: EmbeddingModel, blobs: BlobStore): PostgresReadModel {
  const tablesOf = (schema: string) => passageVectorsTables(schema, model.dimensions);
  const passageVector = tablePart((schema) => tablesOf(schema).passageVector, {
    name: 'passage_vector',
    key: ['passageId'],
    owner: 'documentId',
  });
  const documentVector = tablePart((schema) => tablesOf(schema).documentVector, {
    name: 'document_vector',
    key: ['documentId'],
    owner: 'documentId',
  });
  return {
    name: 'passage-vectors',
    version: 2,
    types: textEventTypes,
    batchSize: 20,
    sink: 'postgres',
    parts: [passageVector, documentVector],
    partitionable: true,
    prerequisites: ['CREATE EXTENSION IF NOT EXISTS vector'],
    indexes: (schema) => [
      // Half of pgvector's default links: an insert costs 2.2 ms instead of 5.8 ms on the embedded engine, and small
      // scopes are scanned exactly anyway.
      `CREATE INDEX ON "${schema}".passage_vector USING hnsw (embedding vector_cosine_ops) WITH (m = 8, ef_construction = 32)`,
      `CREATE INDEX ON "${schema}".passage_vector (document_id)`,
      `CREATE INDEX ON "${schema}".passage_vector (case_id)`,
      `CREATE INDEX ON "${schema}".document_vector (case_id)`,
    ],
    // One document after the other: the model is what takes the time, and it has batches of its own.
    prepare: (events) => prepareLast(events, nothing, (event) => embedDocument(model, blobs, event), 1),
    weigh: (event) => weightOfText(event, model.dimensions * Float32Array.BYTES_PER_ELEMENT),
    fold(event, entries, prepared) {
      const documentId = textIdOf(event as TextEvent);
      const { passages, whole } = preparedContent(event, prepared, nothing);
      entries.replace(passageVector, documentId, passages);
      entries.replace(documentVector, documentId, whole);
    },
    // Whether an id is of a document or of a report, only the log can tell: at most one of these streams has it.
    streamsOf: (part, [key]) => {
      const id = part === passageVector.name ? documentOf(String(key)) : String(key);
      return [documentStream(id), reportStream(id)];
    },
  };
}
