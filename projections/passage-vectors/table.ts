import { bigint, pgSchema, primaryKey, text, vector } from 'drizzle-orm/pg-core';

/**
 * Embeddings of one model: passages, documents (the normalised mean of their passages), and which documents a person
 * showed interest in. Derived data: another model fills another generation.
 */
export const passageVectorsTables = (schema: string, dimensions: number) => {
  const tables = pgSchema(schema);
  const lastPosition = () => bigint('last_position', { mode: 'bigint' }).notNull();
  const embedding = () => vector('embedding', { dimensions }).notNull();
  return {
    passageVector: tables.table('passage_vector', {
      passageId: text('passage_id').primaryKey(),
      documentId: text('document_id').notNull(),
      caseId: text('case_id').notNull(),
      model: text('model').notNull(),
      embedding: embedding(),
      lastPosition: lastPosition(),
    }),
    documentVector: tables.table('document_vector', {
      documentId: text('document_id').primaryKey(),
      caseId: text('case_id').notNull(),
      model: text('model').notNull(),
      embedding: embedding(),
      lastPosition: lastPosition(),
    }),
    userInterest: tables.table(
      'user_interest',
      {
        userId: text('user_id').notNull(),
        documentId: text('document_id').notNull(),
        caseId: text('case_id').notNull(),
        lastPosition: lastPosition(),
      },
      (table) => [primaryKey({ columns: [table.userId, table.documentId] })],
    ),
  };
};
