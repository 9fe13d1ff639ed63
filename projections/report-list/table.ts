import { bigint, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type { ReportEvent } from '#domain/report/events';
import { reportStages } from '#domain/report/lifecycle';

type DataOf<Type extends ReportEvent['type']> = Omit<
  Extract<ReportEvent, { type: Type }>['data'],
  'reportId' | 'caseId'
>;
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The reports of each case, as far as they are written. */
export const reportListTables = (schema: string) => ({
  report: pgSchema(schema).table('report', {
    reportId: text('report_id').primaryKey(),
    caseId: text('case_id').notNull(),
    userId: text('user_id').notNull(),
    stage: text('stage', { enum: reportStages }).notNull(),
    requestedAt: time('requested_at').notNull(),
    /** When it was completed, or failed. */
    endedAt: time('ended_at'),
    /** Position of the request: what happened later is not told in the report. */
    asOf: bigint('as_of', { mode: 'bigint' }).notNull(),
    summarised: jsonb('summarised').$type<DataOf<'JourneySummarised'>>(),
    recommended: jsonb('recommended').$type<DataOf<'RecommendationsFormulated'>>(),
    completed: jsonb('completed').$type<DataOf<'ReportCompleted'>>(),
    failure: jsonb('failure').$type<DataOf<'ReportFailed'>>(),
    lastPosition: bigint('last_position', { mode: 'bigint' }).notNull(),
  }),
});

export type ReportRow = ReturnType<typeof reportListTables>['report']['$inferSelect'];
