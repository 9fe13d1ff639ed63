import type { RecordedEvent } from '#domain/event';
import { type Channel, type NotificationEvent, notificationEvents } from '#domain/notification/events';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import { notificationStream } from '../streams.ts';
import { type DeliveryView, type NotificationRow, notificationInboxTables } from './table.ts';

const notification = tablePart((schema) => notificationInboxTables(schema).notification, {
  name: 'notification',
  key: ['notificationId'],
});

/** What each person was told, whether they have read it, and how far it is on each of its ways. */
export const notificationInbox: PostgresReadModel = {
  name: 'notification-inbox',
  version: 1,
  types: Object.keys(notificationEvents),
  sink: 'postgres',
  parts: [notification],
  partitionable: true,
  indexes: (schema) => [
    `CREATE INDEX ON "${schema}".notification (user_id, first_position DESC)`,
    `CREATE INDEX ON "${schema}".notification (user_id) WHERE read_at IS NULL`,
  ],
  streamsOf: (_, [notificationId]) => [notificationStream(String(notificationId))],
  needs: (event) => [
    { part: notification, key: [(event as RecordedEvent<NotificationEvent>).data.notificationId] },
  ],
  fold(recorded, entries) {
    const event = recorded as RecordedEvent<NotificationEvent>;
    const before = entries.get(notification, [event.data.notificationId]);
    const after = before ? changed(before, event) : requested(event);
    if (after) entries.put(notification, { ...after, lastPosition: event.position });
  },
};

function requested(event: RecordedEvent<NotificationEvent>): NotificationRow | undefined {
  if (event.type !== 'NotificationRequested') return undefined;
  const { notificationId, userId, caseId, title, body, urgency, link, channels, notBefore } = event.data;
  return {
    notificationId,
    userId,
    caseId: caseId ?? null,
    title,
    body,
    urgency,
    link: link ?? null,
    deliveries: channels.map((channel) => ({ channel, state: 'waiting' })),
    notBefore: notBefore ? new Date(notBefore) : null,
    requestedAt: event.created,
    readAt: null,
    firstPosition: event.position,
    lastPosition: event.position,
  };
}

function changed(row: NotificationRow, event: RecordedEvent<NotificationEvent>): NotificationRow | undefined {
  const delivered = (channel: Channel, delivery: Omit<DeliveryView, 'channel'>): NotificationRow => ({
    ...row,
    deliveries: row.deliveries.map((each) => (each.channel === channel ? { channel, ...delivery } : each)),
  });
  switch (event.type) {
    case 'NotificationRequested':
      return undefined;
    case 'NotificationSendingStarted':
      return delivered(event.data.channel, { state: 'sending' });
    case 'NotificationPutOff':
      return delivered(event.data.channel, { state: 'put-off', message: event.data.message });
    case 'NotificationSent':
      return delivered(event.data.channel, { state: 'sent' });
    case 'NotificationFailed':
      return delivered(event.data.channel, { state: 'failed', message: event.data.message });
    case 'NotificationRead':
      return { ...row, readAt: event.created };
  }
}
