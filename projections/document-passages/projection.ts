import { and, eq, lt } from 'drizzle-orm';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import { readPassages } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import type { PostgresChange, PostgresProjection } from '../projection.ts';
import { createTable } from '../runner/create-table.ts';
import { excluded, lastOfEach, partsOf, slices } from '../runner/fold-rows.ts';
import { documentPassagesTables, passageId } from './table.ts';

const countWords = (text: string) => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;

/** One event's passages, read from the blobs; none for a document that was withdrawn. */
async function passagesOf(blobs: BlobStore, event: RecordedEvent<DocumentEvent>): Promise<DocumentPassages> {
  const { documentId, caseId } = event.data;
  const lastPosition = event.position;
  if (event.type !== 'DocumentTextExtracted') return { documentId, position: lastPosition, rows: [] };
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
  const words = rows.reduce((sum, row) => sum + row.words, 0);
  return {
    documentId,
    position: lastPosition,
    rows,
    totals: { caseId, documentId, passages: rows.length, words, lastPosition },
  };
}

type Tables = ReturnType<typeof documentPassagesTables>;
type DocumentPassages = {
  readonly documentId: string;
  /** Of the event they follow from. */
  readonly position: bigint;
  readonly rows: readonly Tables['passage']['$inferInsert'][];
  readonly totals?: Tables['passageTotals']['$inferInsert'];
};

/** A document with more passages than this is written in parts. */
const partSize = 1000;

async function upsertPassages(
  transaction: Transaction,
  schema: string,
  rows: DocumentPassages['rows'],
): Promise<void> {
  const { passage } = documentPassagesTables(schema);
  for (const slice of slices(rows, 11)) {
    await transaction
      .insert(passage)
      .values(slice)
      .onConflictDoUpdate({ target: passage.passageId, set: excluded(passage, 'passageId', 'search') });
  }
}

/** Takes away what an earlier extraction left, or everything of a document that was withdrawn. */
async function removeOlder(
  transaction: Transaction,
  schema: string,
  { documentId, position }: DocumentPassages,
) {
  const { passage, passageTotals } = documentPassagesTables(schema);
  await transaction
    .delete(passage)
    .where(and(eq(passage.documentId, documentId), lt(passage.lastPosition, position)));
  await transaction.delete(passageTotals).where(eq(passageTotals.documentId, documentId));
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
  async fold(events) {
    const documents = await Promise.all(
      lastOfEach(events as readonly RecordedEvent<DocumentEvent>[]).map((event) => passagesOf(blobs, event)),
    );
    const isHuge = ({ rows }: DocumentPassages) => rows.length > partSize;
    return {
      ahead: documents
        .filter(isHuge)
        .flatMap(({ rows }) => partsOf(rows, partSize))
        .map(
          (part): PostgresChange =>
            (transaction, schema) =>
              upsertPassages(transaction, schema, part),
        ),
      async change(transaction, schema) {
        const { passageTotals } = documentPassagesTables(schema);
        for (const document of documents) {
          if (!isHuge(document)) await upsertPassages(transaction, schema, document.rows);
          await removeOlder(transaction, schema, document);
          if (document.totals) await transaction.insert(passageTotals).values(document.totals);
        }
      },
    };
  },
});
