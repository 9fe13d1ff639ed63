import { bigint, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type { Urgency } from '#domain/insight/events';
import type { Channel } from '#domain/notification/events';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** How far a notification is on one of its ways to the person. */
export type DeliveryView = {
  readonly channel: Channel;
  readonly state: 'waiting' | 'sending' | 'put-off' | 'sent' | 'failed';
  readonly message?: string;
};

/** What each person was told, and on which ways. */
export const notificationInboxTables = (schema: string) => ({
  notification: pgSchema(schema).table('notification', {
    notificationId: text('notification_id').primaryKey(),
    userId: text('user_id').notNull(),
    caseId: text('case_id'),
    title: text('title').notNull(),
    body: text('body').notNull(),
    urgency: text('urgency').$type<Urgency>().notNull(),
    link: text('link'),
    deliveries: jsonb('deliveries').$type<readonly DeliveryView[]>().notNull(),
    notBefore: time('not_before'),
    requestedAt: time('requested_at').notNull(),
    readAt: time('read_at'),
    /** Where the notification itself stands in the log: the order of the inbox. */
    firstPosition: bigint('first_position', { mode: 'bigint' }).notNull(),
    lastPosition: bigint('last_position', { mode: 'bigint' }).notNull(),
  }),
});

export type NotificationRow = ReturnType<typeof notificationInboxTables>['notification']['$inferSelect'];
