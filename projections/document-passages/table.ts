import { bigint, customType, integer, pgSchema, primaryKey, text } from 'drizzle-orm/pg-core';

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/** A passage's id: its document and its number in it. */
export const passageId = (documentId: string, index: number) => `${documentId}.${index}`;

/** The document of a passage, from the passage's id. */
export const documentOf = (passage: string) => passage.slice(0, passage.lastIndexOf('.'));

/** Passages with a full-text index, and for each case the two figures BM25 needs of the whole collection. */
export const documentPassagesTables = (schema: string) => {
  const tables = pgSchema(schema);
  return {
    passage: tables.table('passage', {
      passageId: text('passage_id').primaryKey(),
      documentId: text('document_id').notNull(),
      caseId: text('case_id').notNull(),
      index: integer('index').notNull(),
      /** Offsets in the extracted text, in UTF-16 code units. */
      start: integer('start').notNull(),
      end: integer('end').notNull(),
      section: text('section'),
      page: integer('page'),
      text: text('text').notNull(),
      /** Words in the text: the document length of BM25. */
      words: integer('words').notNull(),
      /** Title and section: what the passage belongs to. It is found by their words as well (contextual retrieval). */
      context: text('context').notNull(),
      /** The stop word keeps a phrase from running out of the text into the context. */
      search: tsvector('search').generatedAlwaysAs(
        "to_tsvector('english', text) || to_tsvector('english', 'the ' || context)",
      ),
      lastPosition: bigint('last_position', { mode: 'bigint' }).notNull(),
    }),
    passageTotals: tables.table(
      'passage_totals',
      {
        caseId: text('case_id').notNull(),
        documentId: text('document_id').notNull(),
        passages: integer('passages').notNull(),
        words: integer('words').notNull(),
        lastPosition: bigint('last_position', { mode: 'bigint' }).notNull(),
      },
      (table) => [primaryKey({ columns: [table.caseId, table.documentId] })],
    ),
  };
};
