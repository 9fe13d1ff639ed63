import { bigint, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';

/** The timeline: one row for each event of a case, in log order. */
export const caseHistoryTables = (schema: string) => ({
  historyEvent: pgSchema(schema).table('history_event', {
    position: bigint('position', { mode: 'bigint' }).primaryKey(),
    eventId: text('event_id').notNull(),
    type: text('type').notNull(),
    stream: text('stream').notNull(),
    revision: bigint('revision', { mode: 'bigint' }).notNull(),
    caseId: text('case_id').notNull(),
    documentId: text('document_id'),
    actorKind: text('actor_kind', { enum: ['person', 'system', 'model'] }).notNull(),
    actorId: text('actor_id').notNull(),
    occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
    recordedAt: timestamp('recorded_at', { withTimezone: true, precision: 3 }).notNull(),
    correlationId: text('correlation_id').notNull(),
    causationId: text('causation_id').notNull(),
    /** The event's data; long lists are cut, with their length told. */
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  }),
});
