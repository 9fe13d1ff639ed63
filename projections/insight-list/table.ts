import { bigint, integer, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type { Provenance } from '#domain/document/events';
import type { InsightEvent, PerformanceState } from '#domain/insight/events';

type Analysis = Extract<InsightEvent, { type: 'BehaviourAnalysed' }>['data'];
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** What was found out about how people get on, each for that person alone. */
export const insightListTables = (schema: string) => ({
  insight: pgSchema(schema).table('insight', {
    insightId: text('insight_id').primaryKey(),
    userId: text('user_id').notNull(),
    caseId: text('case_id'),
    /** By the person's clock: the first and the last thing that it rests on. */
    fromTime: time('from_time').notNull(),
    toTime: time('to_time').notNull(),
    entries: integer('entries').notNull(),
    intent: text('intent').notNull(),
    state: text('state').$type<PerformanceState>().notNull(),
    nextBestActions: jsonb('next_best_actions').$type<Analysis['nextBestActions']>().notNull(),
    notification: jsonb('notification').$type<NonNullable<Analysis['notification']>>(),
    provenance: jsonb('provenance').$type<Provenance>().notNull(),
    recordedAt: time('recorded_at').notNull(),
    lastPosition: bigint('last_position', { mode: 'bigint' }).notNull(),
  }),
});

export type InsightRow = ReturnType<typeof insightListTables>['insight']['$inferSelect'];
