import { eq } from 'drizzle-orm';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import { readPassages } from '#platform/document-text';
import type { BlobStore } from '#platform/ports';
import type { PostgresProjection } from '../projection.ts';
import { createTable } from '../runner/create-table.ts';
import { slices } from '../runner/fold-rows.ts';
import { documentPassagesTables, passageId } from './table.ts';

const countWords = (text: string) => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;

/** One event's passages, read from the blobs; none for a document that was withdrawn. */
async function passagesOf(blobs: BlobStore, event: RecordedEvent<DocumentEvent>): Promise<DocumentPassages> {
  const { documentId, caseId } = event.data;
  const lastPosition = event.position;
  if (event.type !== 'DocumentTextExtracted') return { documentId, rows: [] };
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
  return { documentId, rows, totals: { caseId, documentId, passages: rows.length, words, lastPosition } };
}

type Tables = ReturnType<typeof documentPassagesTables>;
type DocumentPassages = {
  readonly documentId: string;
  readonly rows: readonly Tables['passage']['$inferInsert'][];
  readonly totals?: Tables['passageTotals']['$inferInsert'];
};

async function replacePassages(
  transaction: Transaction,
  schema: string,
  document: DocumentPassages,
): Promise<void> {
  const { passage, passageTotals } = documentPassagesTables(schema);
  const { documentId, rows, totals } = document;
  await transaction.delete(passage).where(eq(passage.documentId, documentId));
  await transaction.delete(passageTotals).where(eq(passageTotals.documentId, documentId));
  for (const slice of slices(rows, 11)) await transaction.insert(passage).values(slice);
  if (totals) await transaction.insert(passageTotals).values(totals);
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
      (events as readonly RecordedEvent<DocumentEvent>[]).map((event) => passagesOf(blobs, event)),
    );
    return async (transaction, schema) => {
      for (const document of documents) await replacePassages(transaction, schema, document);
    };
  },
});
