import { expect, test } from 'vitest';
import { readNotificationsBodySchema } from '#commands/contract-notifications';
import type { Notification } from '#read-api/contract';
import { readAll } from './read-all.ts';

/** A server with so many notifications, each third of them read; its list never knows what was marked just now. */
function createServer(count: number) {
  const all = Array.from({ length: count }, (_, index): Notification => {
    const time = '2026-01-01T10:00:00.000Z';
    return {
      notificationId: `n${index}`,
      title: 'Told',
      body: '',
      urgency: 'low',
      deliveries: [],
      requestedAt: time,
      ...(index % 3 === 2 && { readAt: time }),
      lastPosition: String(count - index),
    };
  });
  const unread = all.filter(({ readAt }) => !readAt);
  const marked: string[] = [];
  const requests: number[] = [];
  let failing = Number.POSITIVE_INFINITY;
  const api: Parameters<typeof readAll>[0] = {
    async notifications({ limit, cursor = '0', unread: only }) {
      const from = Number(cursor);
      const items = (only === 'true' ? unread : all).slice(from, from + limit);
      const next = from + limit < unread.length ? { next: String(from + limit) } : {};
      return { items, unread: unread.length, ...next };
    },
    async readNotifications(notificationIds) {
      if (requests.length === failing) throw new Error('The log is away.');
      readNotificationsBodySchema.parse({ notificationIds });
      requests.push(notificationIds.length);
      marked.push(...notificationIds);
      return { position: '1' };
    },
  };
  const ids = unread.map(({ notificationId }) => notificationId);
  return { api, ids, marked, requests, failAfter: (count: number) => (failing = count) };
}

test.each([
  [1, [1]],
  [30, [20]],
  [150, [100]],
  [330, [100, 100, 20]],
])('of %i all unread ones are marked, in requests that are not too long', async (count, lengths) => {
  const { api, ids, marked, requests } = createServer(count);
  await readAll(api);
  expect(marked).toEqual(ids);
  expect(requests).toEqual(lengths);
});

test('where all is read nothing is marked', async () => {
  const { api, requests } = createServer(0);
  await readAll(api);
  expect(requests).toEqual([]);
});

test('a request that fails ends it, and is told', async () => {
  const { api, requests, failAfter } = createServer(600);
  failAfter(2);
  await expect(readAll(api)).rejects.toThrow('The log is away.');
  expect(requests).toEqual([100, 100]);
});

test('a list without an end is left after a while', async () => {
  const { api, requests } = createServer(150);
  const notifications: typeof api.notifications = async (of) => ({
    ...(await api.notifications({ ...of, cursor: '0' })),
    next: '0',
  });
  await readAll({ ...api, notifications });
  expect(requests).toHaveLength(100);
});
