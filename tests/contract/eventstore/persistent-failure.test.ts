import { once } from 'node:events';
import { persistentSubscriptionToStreamSettingsFromDefaults, START } from '@eventstore/db-client';
import { expect, test } from 'vitest';
import { consume, newGroup } from './persistent-group.ts';
import { collect, contractServer, numberedEvents, numbers, unique } from './server.ts';

const server = contractServer();

test('retry brings the event again and counts', async () => {
  const { group, append, connect, info } = await newGroup(server, { maxRetryCount: 5 });
  await append(1);
  const subscription = connect();
  const seen = await consume(server, subscription, group, 3, (event) =>
    event.retryCount < 2 ? subscription.nack('retry', 'not yet', event) : subscription.ack(event),
  );
  expect(seen.map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
  expect((await info()).stats.parkedMessageCount).toBe(0n);
});

test('after the last retry the event is parked, and the rest goes on', async () => {
  const { append, connect, info } = await newGroup(server, { maxRetryCount: 2 });
  await append(2);
  const subscription = connect();
  let deliveries = 0;
  const done = new Promise<void>((resolve) => {
    subscription.on('data', (event) => {
      if (numbers([event])[0] === 1) void subscription.ack(event);
      else void subscription.nack('retry', 'broken', event);
      if (++deliveries === 4) resolve();
    });
  });
  await done;
  await expect.poll(async () => (await info()).stats.parkedMessageCount).toBe(1n);
  expect(deliveries).toBe(4);
  await subscription.unsubscribe();
});

test('an event nobody answers in time comes again, and is parked in the end', async () => {
  const { append, connect, info } = await newGroup(server, { messageTimeout: 150, maxRetryCount: 1 });
  await append(1);
  const subscription = connect();
  const retryCounts: number[] = [];
  subscription.on('data', ({ retryCount }) => retryCounts.push(retryCount));
  await expect.poll(async () => (await info()).stats.parkedMessageCount, { timeout: 10_000 }).toBe(1n);
  expect(retryCounts).toEqual([0, 1]);
  await subscription.unsubscribe();
});

test('skip forgets the event', async () => {
  const { group, append, connect, info } = await newGroup(server);
  await append(2);
  const subscription = connect();
  await consume(server, subscription, group, 2, (event) =>
    subscription.nack('skip', 'of no interest', event),
  );
  await expect.poll(async () => (await info()).stats.totalInFlightMessages).toBe(0);
  expect((await info()).stats.parkedMessageCount).toBe(0n);
  await append(1, 2);
  expect((await consume(server, connect(), group, 1)).map(({ number }) => number)).toEqual([2]);
});

test('parked events can be read with the reason, and replayed', async () => {
  const { group, append, connect, info } = await newGroup(server);
  await append(3);
  const subscription = connect();
  await consume(server, subscription, group, 3, (event) =>
    numbers([event])[0] === 1 ? subscription.ack(event) : subscription.nack('park', 'poison', event),
  );
  await expect.poll(async () => (await info()).stats.parkedMessageCount).toBe(2n);

  const parked = await collect(
    server.client.readStream(`$persistentsubscription-$all::${group}-parked`, { resolveLinkTos: true }),
  );
  expect(numbers(parked)).toEqual([0, 2]);
  expect(parked[0]?.link?.metadata).toMatchObject({ reason: 'poison' });

  const replayed = connect();
  const consumed = consume(server, replayed, group, 2);
  await once(replayed, 'confirmation');
  await server.client.replayParkedMessagesToAll(group);
  expect((await consumed).map(({ number }) => number)).toEqual([0, 2]);
  await expect.poll(async () => (await info()).stats.parkedMessageCount).toBe(0n);
  await server.client.replayParkedMessagesToAll(group);
  await append(1, 3);
  expect((await consume(server, connect(), group, 1)).map(({ number }) => number)).toEqual([3]);
});

test('a replayed event can be parked again', async () => {
  const { group, append, connect, info } = await newGroup(server);
  await append(1);
  const subscription = connect();
  const consumed = consume(server, subscription, group, 3, (event) =>
    subscription.nack('park', 'still broken', event),
  );
  for (let round = 0; round < 2; round++) {
    await expect.poll(async () => (await info()).stats.parkedMessageCount).toBe(1n);
    await server.client.replayParkedMessagesToAll(group);
  }
  expect(await consumed).toHaveLength(3);
  await expect.poll(async () => (await info()).stats.parkedMessageCount).toBe(1n);
});

test('on a stream: park and replay work the same', async () => {
  const stream = unique('case');
  const group = unique('group');
  await server.client.appendToStream(stream, numberedEvents(2));
  await server.client.createPersistentSubscriptionToStream(
    stream,
    group,
    persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }),
  );
  const subscription = server.client.subscribeToPersistentSubscriptionToStream(stream, group);
  const seen: bigint[] = [];
  const done = new Promise<void>((resolve) => {
    subscription.on('data', (event) => {
      seen.push(event.event?.revision ?? -1n);
      if (seen.length === 1) void subscription.nack('park', 'later', event);
      else void subscription.ack(event);
      if (seen.length === 3) resolve();
    });
  });
  const parkedCount = async () =>
    (await server.client.getPersistentSubscriptionToStreamInfo(stream, group)).stats.parkedMessageCount;
  await expect.poll(parkedCount).toBe(1n);
  await server.client.replayParkedMessagesToStream(stream, group);
  await done;
  expect(seen).toEqual([0n, 1n, 0n]);
  await subscription.unsubscribe();
});
