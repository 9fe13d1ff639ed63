import { eq } from 'drizzle-orm';
import type { BehaviourEvent } from '#domain/behaviour/events';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import { readPassages } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import { passageId } from '#projections/document-passages/table';
import { passageVectorsTables } from '#projections/passage-vectors/table';
import type { PostgresProjection } from '#projections/projection';
import { partsOf } from '#projections/runner/change-parts';
import { createTable } from '#projections/runner/create-table';
import type { EmbeddingModel } from '../models/model.ts';

type Tables = ReturnType<typeof passageVectorsTables>;
type Change = (transaction: Transaction, tables: Tables) => Promise<void>;
type ProjectedEvent = DocumentEvent | BehaviourEvent;

/** How many vectors a transaction writes, at the most: the index makes them slow. */
const partSize = 200;

/**
 * Embeds every passage. The one projection that calls a model: vectors are derived data, and each row says which model
 * made it. It lives here, beside the model, because that is where the accelerator is.
 */
export function passageVectors(model: EmbeddingModel, blobs: BlobStore): PostgresProjection {
  const tablesOf = (schema: string) => passageVectorsTables(schema, model.dimensions);
  const modelName = `${model.identity.name}@${model.identity.version}`;

  async function changesOf(event: RecordedEvent<ProjectedEvent>): Promise<Change[]> {
    switch (event.type) {
      case 'DocumentTextExtracted':
        return embedded(event);
      case 'DocumentWithdrawn': {
        const { documentId } = event.data;
        return [(transaction, tables) => removeDocument(transaction, tables, documentId)];
      }
      case 'DocumentLiked': {
        const { userId, documentId, caseId } = event.data;
        const liked = [{ documentId, caseId }];
        return [(transaction, tables) => addInterests(transaction, tables, userId, liked, event.position)];
      }
      case 'BehaviourRecorded': {
        const { userId, entries } = event.data;
        const viewed = entries.flatMap(({ action, documentId, caseId }) =>
          action === 'viewed' && documentId && caseId ? [{ documentId, caseId }] : [],
        );
        return [(transaction, tables) => addInterests(transaction, tables, userId, viewed, event.position)];
      }
      default:
        return [];
    }
  }

  async function embedded(
    event: Extract<RecordedEvent<ProjectedEvent>, { type: 'DocumentTextExtracted' }>,
  ): Promise<Change[]> {
    const { documentId, caseId, title } = event.data;
    const lastPosition = event.position;
    const passages = await readPassages(blobs, event.data);
    // A passage is read with its title and section, so that it is found by what it belongs to (contextual retrieval).
    const vectors = await embedAll(
      passages.map(({ section, text }) => [title, section, text].filter(Boolean).join('\n')),
    );
    const rows = passages.flatMap((passage, index) => {
      const embedding = vectors[index];
      if (!embedding) return [];
      return [
        {
          passageId: passageId(documentId, passage.index),
          documentId,
          caseId,
          model: modelName,
          embedding,
          lastPosition,
        },
      ];
    });
    const whole = meanDirection(vectors);
    const remove: Change = (transaction, tables) => removeDocument(transaction, tables, documentId);
    const write = partsOf(rows, partSize).map(
      (part): Change =>
        async (transaction, tables) => {
          await transaction.insert(tables.passageVector).values([...part]);
        },
    );
    const summarise: Change = async (transaction, tables) => {
      if (!whole) return;
      const row = { documentId, caseId, model: modelName, embedding: whole, lastPosition };
      await transaction.insert(tables.documentVector).values(row);
    };
    const changes = [remove, ...write, summarise];
    if (write.length > 1) return changes;
    return [
      async (transaction, tables) => {
        for (const change of changes) await change(transaction, tables);
      },
    ];
  }

  async function embedAll(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += model.maxBatch) {
      vectors.push(...(await model.embed(texts.slice(start, start + model.maxBatch), 'document')));
    }
    return vectors;
  }

  return {
    name: 'passage-vectors',
    version: 1,
    sink: 'postgres',
    types: ['DocumentTextExtracted', 'DocumentWithdrawn', 'DocumentLiked', 'BehaviourRecorded'],
    batchSize: 20,
    tables: ['passage_vector', 'document_vector', 'user_interest'],
    createTables: (schema) => [
      'CREATE EXTENSION IF NOT EXISTS vector',
      ...Object.values(tablesOf(schema)).map(createTable),
    ],
    createIndexes: (schema) => [
      // Half of pgvector's default links: an insert costs 2.2 ms instead of 5.8 ms on the embedded engine, and small
      // scopes are scanned exactly anyway.
      `CREATE INDEX ON "${schema}".passage_vector USING hnsw (embedding vector_cosine_ops) WITH (m = 8, ef_construction = 32)`,
      `CREATE INDEX ON "${schema}".passage_vector (document_id)`,
      `CREATE INDEX ON "${schema}".passage_vector (case_id)`,
      `CREATE INDEX ON "${schema}".document_vector (case_id)`,
    ],
    async fold(events) {
      const changes: Change[] = [];
      for (const event of events) changes.push(...(await changesOf(event as RecordedEvent<ProjectedEvent>)));
      return changes.map((change) => (transaction, schema) => change(transaction, tablesOf(schema)));
    },
  };
}

async function removeDocument(transaction: Transaction, tables: Tables, documentId: string): Promise<void> {
  const { passageVector, documentVector } = tables;
  await transaction.delete(passageVector).where(eq(passageVector.documentId, documentId));
  await transaction.delete(documentVector).where(eq(documentVector.documentId, documentId));
}

async function addInterests(
  transaction: Transaction,
  { userInterest }: Tables,
  userId: string,
  documents: readonly { documentId: string; caseId: string }[],
  lastPosition: bigint,
): Promise<void> {
  for (const { documentId, caseId } of documents) {
    await transaction
      .insert(userInterest)
      .values({ userId, documentId, caseId, lastPosition })
      .onConflictDoUpdate({ target: [userInterest.userId, userInterest.documentId], set: { lastPosition } });
  }
}

/** The direction of the mean of unit vectors, of unit length; undefined where there are none, or they cancel out. */
export function meanDirection(vectors: readonly Float32Array[]): Float32Array | undefined {
  const [first] = vectors;
  if (!first) return undefined;
  const sum = new Float64Array(first.length);
  for (const vector of vectors)
    vector.forEach((value, index) => {
      sum[index] = (sum[index] ?? 0) + value;
    });
  const length = Math.hypot(...sum);
  return length > 1e-12 ? Float32Array.from(sum, (value) => value / length) : undefined;
}
