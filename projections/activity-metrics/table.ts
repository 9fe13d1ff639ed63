import { bigint, date, integer, pgSchema, primaryKey, text } from 'drizzle-orm/pg-core';

/** How often each thing happened in a case on each day (UTC). */
export const activityMetricsTables = (schema: string) => ({
  activityDay: pgSchema(schema).table(
    'activity_day',
    {
      caseId: text('case_id').notNull(),
      day: date('day', { mode: 'string' }).notNull(),
      metric: text('metric').notNull(),
      count: integer('count').notNull(),
      lastPosition: bigint('last_position', { mode: 'bigint' }).notNull(),
    },
    (table) => [primaryKey({ columns: [table.caseId, table.day, table.metric] })],
  ),
});

export type ActivityDayRow = ReturnType<typeof activityMetricsTables>['activityDay']['$inferSelect'];
