import { once } from 'node:events';
import {
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionMaximumSubscribersReachedError,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import { expect, test } from 'vitest';
import { consume, newGroup } from './persistent-group.ts';
import { collect, contractServer, unique } from './server.ts';

const server = contractServer();

test('are made once, described, listed and deleted', async () => {
  const { group, info } = await newGroup(server, { maxRetryCount: 3, messageTimeout: 12_345 });
  const again = server.client.createPersistentSubscriptionToAll(
    group,
    persistentSubscriptionToAllSettingsFromDefaults(),
  );
  await expect(again).rejects.toBeInstanceOf(PersistentSubscriptionExistsError);

  const described = await info();
  expect(described).toMatchObject({
    eventSource: '$all',
    groupName: group,
    settings: {
      maxRetryCount: 3,
      messageTimeout: 12_345,
      startFrom: 'start',
      consumerStrategyName: 'RoundRobin',
    },
    stats: { parkedMessageCount: 0n },
  });
  const listed = await server.client.listPersistentSubscriptionsToAll();
  expect(listed.map((entry) => entry.groupName)).toContain(group);
  const all = await server.client.listAllPersistentSubscriptions();
  expect(all.map((entry) => entry.groupName)).toContain(group);

  await server.client.deletePersistentSubscriptionToAll(group);
  await expect(info()).rejects.toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
});

test('that do not exist are refused by every call', async () => {
  const group = unique('group');
  const { client } = server;
  const calls = [
    () => client.deletePersistentSubscriptionToAll(group),
    () => client.getPersistentSubscriptionToAllInfo(group),
    () => client.replayParkedMessagesToAll(group),
    () => client.updatePersistentSubscriptionToAll(group, persistentSubscriptionToAllSettingsFromDefaults()),
    () => collect(client.subscribeToPersistentSubscriptionToAll(group)),
    () => client.deletePersistentSubscriptionToStream(unique('case'), group),
  ];
  for (const call of calls)
    await expect(call()).rejects.toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
});

test('updated: consumers are dropped, settings change, progress and filter stay', async () => {
  const { group, append, connect, info } = await newGroup(server);
  await append(4);
  await consume(server, connect(), group, 4);
  const idle = connect();
  const dropped = collect(idle).catch((error) => error);
  await once(idle, 'confirmation');
  await server.client.updatePersistentSubscriptionToAll(
    group,
    persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, maxRetryCount: 1 }),
  );
  expect(await dropped).toBeInstanceOf(PersistentSubscriptionDroppedError);
  expect((await info()).settings.maxRetryCount).toBe(1);
  await append(1, 4);
  expect((await consume(server, connect(), group, 1)).map(({ number }) => number)).toEqual([4]);
});

test('take no more consumers than they are allowed to', async () => {
  const { connect } = await newGroup(server, { maxSubscriberCount: 1 });
  const first = connect();
  first.on('data', () => {});
  await once(first, 'confirmation');
  await expect(collect(connect())).rejects.toBeInstanceOf(
    PersistentSubscriptionMaximumSubscribersReachedError,
  );
  await first.unsubscribe();
});
