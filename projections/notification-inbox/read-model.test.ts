import { expect, test } from 'vitest';
import type { CasefoldEvent } from '#domain/registry';
import { contentOf, recorded } from '../read-model-specification.ts';
import { notificationInbox } from './read-model.ts';

const ids = { notificationId: 'n', userId: 'ada' };
const requested: CasefoldEvent = {
  type: 'NotificationRequested',
  data: { ...ids, title: 'Report', body: 'Ready.', urgency: 'normal', channels: ['toast', 'email'] },
};

test('a notification says how far it is on each of its ways, and when it was read', async () => {
  const log = recorded([
    requested,
    { type: 'NotificationSent', data: { ...ids, channel: 'toast' } },
    {
      type: 'NotificationSendingStarted',
      data: { ...ids, channel: 'email', attempt: 1, at: '2026-01-01T00:00:00Z' },
    },
    {
      type: 'NotificationFailed',
      data: { ...ids, channel: 'email', reason: 'refused', message: 'No such box.' },
    },
    { type: 'NotificationRead', data: ids },
  ]);
  const { notification } = await contentOf(notificationInbox, log);
  expect(notification).toMatchObject([
    {
      ...ids,
      deliveries: [
        { channel: 'toast', state: 'sent' },
        { channel: 'email', state: 'failed', message: 'No such box.' },
      ],
      readAt: log[4]?.created,
      firstPosition: 0n,
      lastPosition: 40n,
    },
  ]);
});

test('what nobody asked for is not in the inbox', async () => {
  const { notification } = await contentOf(
    notificationInbox,
    recorded([{ type: 'NotificationSent', data: { ...ids, channel: 'toast' } }]),
  );
  expect(notification).toEqual([]);
});
