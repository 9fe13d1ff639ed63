import type { BehaviourEvent } from '#domain/behaviour/events';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import type { BlobStore } from '#platform/ports';
import { passageVectorsTables } from '#projections/passage-vectors/table';
import type { PostgresChange, PostgresProjection } from '#projections/projection';
import { createTable } from '#projections/runner/create-table';
import { lastOfEach, partsOf } from '#projections/runner/fold-rows';
import { userInterestTables } from '#projections/user-interest/table';
import type { EmbeddingModel } from '../models/model.ts';
import { type DocumentVectors, finishDocument, upsertVectors, vectorsOf } from './document-vectors.ts';

/** A document with more passages than this is written in parts: the index makes vectors slow. */
const partSize = 200;

/**
 * Embeds every passage. The one projection that calls a model: vectors are derived data, and each row says which model
 * made it. It lives here, beside the model, because that is where the accelerator is.
 */
export function passageVectors(model: EmbeddingModel, blobs: BlobStore): PostgresProjection {
  const tablesOf = (schema: string) => ({
    ...passageVectorsTables(schema, model.dimensions),
    ...userInterestTables(schema),
  });
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
      const documents: DocumentVectors[] = [];
      for (const event of lastOfEach(events.filter(isAboutText)))
        documents.push(await vectorsOf(model, blobs, event));
      const isHuge = ({ rows }: DocumentVectors) => rows.length > partSize;
      return {
        ahead: documents
          .filter(isHuge)
          .flatMap(({ rows }) => partsOf(rows, partSize))
          .map(
            (part): PostgresChange =>
              (transaction, schema) =>
                upsertVectors(transaction, tablesOf(schema), part),
          ),
        async change(transaction, schema) {
          const tables = tablesOf(schema);
          for (const document of documents) {
            if (!isHuge(document)) await upsertVectors(transaction, tables, document.rows);
            await finishDocument(transaction, tables, document);
          }
          await addInterests(transaction, tables, events.flatMap(interestsOf));
        },
      };
    },
  };
}

const isAboutText = (event: RecordedEvent): event is RecordedEvent<DocumentEvent> =>
  event.type === 'DocumentTextExtracted' || event.type === 'DocumentWithdrawn';

type InterestTables = ReturnType<typeof userInterestTables>;
type Interest = InterestTables['userInterest']['$inferInsert'];

/** Which documents a person showed interest in, by looking at them or liking them. */
function interestsOf(recorded: RecordedEvent): Interest[] {
  const event = recorded as RecordedEvent<DocumentEvent | BehaviourEvent>;
  const lastPosition = event.position;
  if (event.type === 'DocumentLiked') {
    const { userId, documentId, caseId } = event.data;
    return [{ userId, documentId, caseId, lastPosition }];
  }
  if (event.type !== 'BehaviourRecorded') return [];
  const { userId, entries } = event.data;
  return entries.flatMap(({ action, documentId, caseId }) =>
    action === 'viewed' && documentId && caseId ? [{ userId, documentId, caseId, lastPosition }] : [],
  );
}

async function addInterests(
  transaction: Transaction,
  { userInterest }: InterestTables,
  interests: readonly Interest[],
) {
  for (const interest of interests) {
    await transaction
      .insert(userInterest)
      .values(interest)
      .onConflictDoUpdate({
        target: [userInterest.userId, userInterest.documentId],
        set: { lastPosition: interest.lastPosition },
      });
  }
}
