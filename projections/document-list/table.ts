import { bigint, boolean, integer, jsonb, pgSchema, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { DocumentEvent, Provenance } from '#domain/document/events';
import { documentStages } from '#domain/document/lifecycle';

type DataOf<Type extends DocumentEvent['type']> = Extract<DocumentEvent, { type: Type }>['data'];
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const position = () => bigint('last_position', { mode: 'bigint' }).notNull();

/** Cases, their documents, and who likes which. */
export const documentListTables = (schema: string) => {
  const tables = pgSchema(schema);
  return {
    caseFile: tables.table('case_file', {
      caseId: text('case_id').primaryKey(),
      name: text('name').notNull(),
      openedAt: time('opened_at').notNull(),
      lastActivityAt: time('last_activity_at').notNull(),
      lastPosition: position(),
    }),
    document: tables.table('document', {
      documentId: text('document_id').primaryKey(),
      caseId: text('case_id').notNull(),
      fileName: text('file_name').notNull(),
      sha256: text('sha256').notNull(),
      size: bigint('size', { mode: 'number' }).notNull(),
      mediaType: text('media_type').notNull(),
      custodian: text('custodian'),
      claimedDate: text('claimed_date'),
      parentDocumentId: text('parent_document_id'),
      uploadedAt: time('uploaded_at').notNull(),
      stage: text('stage', { enum: documentStages }).notNull(),
      failure: jsonb('failure').$type<{ stage: string; reason: string; message: string }>(),
      withdrawnReason: text('withdrawn_reason'),
      /** What extraction found; the text and structure are blobs. */
      extraction: jsonb('extraction').$type<Omit<DataOf<'DocumentTextExtracted'>, 'documentId' | 'caseId'>>(),
      summary: jsonb('summary').$type<DataOf<'DocumentAnalysed'>['summary']>(),
      topics: jsonb('topics').$type<string[]>().notNull(),
      provenance: jsonb('provenance').$type<Provenance>(),
      tags: jsonb('tags').$type<string[]>().notNull(),
      likes: integer('likes').notNull(),
      lastPosition: position(),
    }),
    documentLike: tables.table(
      'document_like',
      {
        documentId: text('document_id').notNull(),
        userId: text('user_id').notNull(),
        /** False after the like was taken back; the row stays, so that it can say which event shaped it. */
        liked: boolean('liked').notNull(),
        lastPosition: position(),
      },
      (table) => [primaryKey({ columns: [table.documentId, table.userId] })],
    ),
  };
};

export type DocumentRow = ReturnType<typeof documentListTables>['document']['$inferSelect'];
export type CaseFileRow = ReturnType<typeof documentListTables>['caseFile']['$inferSelect'];
