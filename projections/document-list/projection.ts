import { inArray } from 'drizzle-orm';
import { caseEvents } from '#domain/case/events';
import { type DocumentEvent, documentEvents } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import type { PostgresProjection } from '../projection.ts';
import { createTable } from '../runner/create-table.ts';
import { excluded, slices } from '../runner/fold-rows.ts';
import { foldCase, foldDocument } from './fold.ts';
import { type CaseFileRow, type DocumentRow, documentListTables } from './table.ts';

type Tables = ReturnType<typeof documentListTables>;

const isDocumentEvent = (event: RecordedEvent): event is RecordedEvent<DocumentEvent> =>
  event.type in documentEvents;

/** Reads the rows a batch touches, folds in memory, writes each changed row once. */
async function apply(
  transaction: Transaction,
  schema: string,
  events: readonly RecordedEvent[],
): Promise<void> {
  const tables = documentListTables(schema);
  const documents = await documentRows(transaction, tables, events);
  const cases = await caseRows(transaction, tables, events);
  const likes = new Map<string, Tables['documentLike']['$inferInsert']>();

  for (const event of events) {
    const { caseId } = event.metadata;
    const caseRow = caseId && foldCase(cases.get(caseId), event);
    if (caseRow) cases.set(caseRow.caseId, caseRow);
    if (!isDocumentEvent(event)) continue;
    const row = foldDocument(documents.get(event.data.documentId), event);
    if (row) documents.set(row.documentId, row);
    if (event.type === 'DocumentLiked' || event.type === 'DocumentUnliked') {
      const { documentId, userId } = event.data;
      const liked = event.type === 'DocumentLiked';
      likes.set(`${documentId}\0${userId}`, { documentId, userId, liked, lastPosition: event.position });
    }
  }

  for (const slice of slices([...documents.values()], 21)) {
    await transaction
      .insert(tables.document)
      .values(slice)
      .onConflictDoUpdate({
        target: tables.document.documentId,
        set: excluded(tables.document, 'documentId'),
      });
  }
  for (const slice of slices([...cases.values()], 5)) {
    await transaction
      .insert(tables.caseFile)
      .values(slice)
      .onConflictDoUpdate({ target: tables.caseFile.caseId, set: excluded(tables.caseFile, 'caseId') });
  }
  for (const slice of slices([...likes.values()], 4)) {
    await transaction
      .insert(tables.documentLike)
      .values(slice)
      .onConflictDoUpdate({
        target: [tables.documentLike.documentId, tables.documentLike.userId],
        set: excluded(tables.documentLike, 'documentId', 'userId'),
      });
  }
}

async function documentRows(
  transaction: Transaction,
  { document }: Tables,
  events: readonly RecordedEvent[],
) {
  const ids = [...new Set(events.filter(isDocumentEvent).map((event) => event.data.documentId))];
  const rows = ids.length
    ? await transaction.select().from(document).where(inArray(document.documentId, ids))
    : [];
  return new Map<string, DocumentRow>(rows.map((row) => [row.documentId, row]));
}

async function caseRows(transaction: Transaction, { caseFile }: Tables, events: readonly RecordedEvent[]) {
  const ids = [...new Set(events.flatMap((event) => event.metadata.caseId ?? []))];
  const rows = ids.length
    ? await transaction.select().from(caseFile).where(inArray(caseFile.caseId, ids))
    : [];
  return new Map<string, CaseFileRow>(rows.map((row) => [row.caseId, row]));
}

export const documentList: PostgresProjection = {
  name: 'document-list',
  version: 1,
  sink: 'postgres',
  types: [...Object.keys(caseEvents), ...Object.keys(documentEvents)],
  tables: ['case_file', 'document', 'document_like'],
  createTables: (schema) => Object.values(documentListTables(schema)).map(createTable),
  createIndexes: (schema) => [
    `CREATE INDEX ON "${schema}".document (case_id, uploaded_at)`,
    `CREATE INDEX ON "${schema}".document (parent_document_id) WHERE parent_document_id IS NOT NULL`,
  ],
  fold: (events) => ({ change: (transaction, schema) => apply(transaction, schema, events) }),
};
