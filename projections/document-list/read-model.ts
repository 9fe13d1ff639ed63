import { caseEvents } from '#domain/case/events';
import { type DocumentEvent, documentEvents } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import { documentStream } from '../streams.ts';
import { foldCase, foldDocument } from './fold.ts';
import { documentListTables } from './table.ts';

const caseFile = tablePart((schema) => documentListTables(schema).caseFile, {
  name: 'case_file',
  key: ['caseId'],
});
const document = tablePart((schema) => documentListTables(schema).document, {
  name: 'document',
  key: ['documentId'],
});
const documentLike = tablePart((schema) => documentListTables(schema).documentLike, {
  name: 'document_like',
  key: ['documentId', 'userId'],
});

export const documentList: PostgresReadModel = {
  name: 'document-list',
  version: 1,
  types: [...Object.keys(caseEvents), ...Object.keys(documentEvents)],
  sink: 'postgres',
  parts: [caseFile, document, documentLike],
  indexes: (schema) => [
    `CREATE INDEX ON "${schema}".document (case_id, uploaded_at)`,
    `CREATE INDEX ON "${schema}".document (parent_document_id) WHERE parent_document_id IS NOT NULL`,
  ],
  needs(event) {
    const { caseId } = event.metadata;
    return [
      ...(caseId ? [{ part: caseFile, key: [caseId] }] : []),
      ...(isDocumentEvent(event) ? [{ part: document, key: [event.data.documentId] }] : []),
    ];
  },
  fold(event, entries) {
    const { caseId } = event.metadata;
    const caseRow = caseId && foldCase(entries.get(caseFile, [caseId]), event);
    if (caseRow) entries.put(caseFile, caseRow);
    if (!isDocumentEvent(event)) return;
    const row = foldDocument(entries.get(document, [event.data.documentId]), event);
    if (row) entries.put(document, row);
    if (event.type !== 'DocumentLiked' && event.type !== 'DocumentUnliked') return;
    const { documentId, userId } = event.data;
    const liked = event.type === 'DocumentLiked';
    entries.put(documentLike, { documentId, userId, liked, lastPosition: event.position });
  },
  // Every document of a case leaves its mark on the case.
  streamsOf: (part, [documentId]) =>
    part === caseFile.name ? undefined : [documentStream(String(documentId))],
};

const isDocumentEvent = (event: RecordedEvent): event is RecordedEvent<DocumentEvent> =>
  event.type in documentEvents;
