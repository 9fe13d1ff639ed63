import type { Api } from '#lib/api/client.ts';

/** As many as one request may mark as read, and as one page may hold. */
const atOnce = 100;
/** Nobody is kept waiting for ever; who has more unread than this many pages asks again for the rest. */
const mostPages = 100;

/**
 * Marks as read all that a person was told so far, page by page from the newest back. What comes meanwhile is newer than
 * the first page, so it stays unread; the place in the list, and not what is left unread, says where to go on: a read
 * model that lags behind makes nobody go in circles.
 *
 * @throws what a request throws; what was marked before it stays so
 */
export async function readAll(api: Pick<Api, 'notifications' | 'readNotifications'>): Promise<void> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items, next } = await api.notifications({
      unread: 'true',
      limit: atOnce,
      ...(cursor && { cursor }),
    });
    const ids = items.map(({ notificationId }) => notificationId);
    if (ids.length > 0) await api.readNotifications(ids);
    if (!next) return;
    cursor = next;
  }
}
