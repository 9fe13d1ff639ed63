import { and, desc, eq, isNull, lt } from 'drizzle-orm';
import type { Database } from '#platform/clients/postgres';
import { type NotificationRow, notificationInboxTables } from '#projections/notification-inbox/table';
import type { Notification } from '../contract.ts';
import { cutPage, type Page } from './cut-page.ts';

const { notification } = notificationInboxTables('read');

export type InboxRequest = {
  readonly userId: string;
  readonly unreadOnly: boolean;
  readonly limit: number;
  /** Only those asked for before this position. */
  readonly before: bigint | undefined;
};

/** What a person was told, the newest first, and how much of it is unread; `next` is the position to go on before. */
export async function listNotifications(
  db: Database,
  { userId, unreadOnly, limit, before }: InboxRequest,
): Promise<Page<Notification, readonly [before: string]> & { unread: number }> {
  const own = eq(notification.userId, userId);
  const isUnread = isNull(notification.readAt);
  const [rows, unread] = await Promise.all([
    db
      .select()
      .from(notification)
      .where(
        and(
          own,
          unreadOnly ? isUnread : undefined,
          before === undefined ? undefined : lt(notification.firstPosition, before),
        ),
      )
      .orderBy(desc(notification.firstPosition))
      .limit(limit + 1),
    db.$count(notification, and(own, isUnread)),
  ]);
  const page = cutPage(
    rows,
    limit,
    notificationView,
    ({ firstPosition }) => [String(firstPosition)] as const,
  );
  return { ...page, unread };
}

const notificationView = (row: NotificationRow): Notification => ({
  notificationId: row.notificationId,
  ...(row.caseId && { caseId: row.caseId }),
  title: row.title,
  body: row.body,
  urgency: row.urgency,
  ...(row.link && { link: row.link }),
  deliveries: row.deliveries.map(({ channel, state, message }) => ({
    channel,
    state,
    ...(message && { message }),
  })),
  ...(row.notBefore && { notBefore: row.notBefore.toISOString() }),
  requestedAt: row.requestedAt.toISOString(),
  ...(row.readAt && { readAt: row.readAt.toISOString() }),
  lastPosition: String(row.lastPosition),
});
