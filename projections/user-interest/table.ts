import { bigint, pgSchema, primaryKey, text } from 'drizzle-orm/pg-core';

/** Which documents a person showed interest in, by looking at them or liking them. */
export const userInterestTables = (schema: string) => ({
  userInterest: pgSchema(schema).table(
    'user_interest',
    {
      userId: text('user_id').notNull(),
      documentId: text('document_id').notNull(),
      caseId: text('case_id').notNull(),
      lastPosition: bigint('last_position', { mode: 'bigint' }).notNull(),
    },
    (table) => [primaryKey({ columns: [table.userId, table.documentId] })],
  ),
});

export type UserInterestRow = ReturnType<typeof userInterestTables>['userInterest']['$inferSelect'];
