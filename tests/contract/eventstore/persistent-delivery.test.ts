import { once } from 'node:events';
import {
  type AllStreamResolvedEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { expect, test } from 'vitest';
import { consume, newGroup } from './persistent-group.ts';
import { contractServer, numberedEvents, numbers, unique, upTo } from './server.ts';

const server = contractServer();

test('brings what is there and what comes, filtered, in order', async () => {
  const { group, append, connect } = await newGroup(server);
  await append(25);
  const subscription = connect();
  const consumed = consume(server, subscription, group, 30);
  await once(subscription, 'confirmation');
  await server.client.appendToStream(unique('case'), numberedEvents(5, 'Other'));
  await append(5, 25);
  expect((await consumed).map(({ number }) => number)).toEqual(upTo(30));
});

test('filters by stream name and starts from a position', async () => {
  const prefix = unique('case');
  const group = unique('group');
  await server.client.appendToStream(`${prefix}-1`, numberedEvents(1));
  const { position } = await server.client.appendToStream(`${prefix}-2`, numberedEvents(1, 'Numbered', 1));
  await server.client.appendToStream(unique('other'), numberedEvents(1, 'Numbered', 9));
  await server.client.appendToStream(`${prefix}-1`, numberedEvents(1, 'Numbered', 2));
  await server.client.createPersistentSubscriptionToAll(
    group,
    persistentSubscriptionToAllSettingsFromDefaults({ startFrom: position ?? START }),
    { filter: streamNameFilter({ regex: `^${prefix}` }) },
  );
  const subscription = server.client.subscribeToPersistentSubscriptionToAll(group);
  expect((await consume(server, subscription, group, 2)).map(({ number }) => number)).toEqual([1, 2]);
});

test('from the end brings only what comes afterwards', async () => {
  const stream = unique('case');
  const group = unique('group');
  await server.client.appendToStream(stream, numberedEvents(3));
  await server.client.createPersistentSubscriptionToStream(
    stream,
    group,
    persistentSubscriptionToStreamSettingsFromDefaults(),
  );
  await server.client.appendToStream(stream, numberedEvents(1, 'Numbered', 3));
  const subscription = server.client.subscribeToPersistentSubscriptionToStream(stream, group);
  for await (const event of subscription) {
    expect(event.event?.revision).toBe(3n);
    await subscription.ack(event);
    break;
  }
  expect(
    (await server.client.listPersistentSubscriptionsToStream(stream)).map(({ groupName }) => groupName),
  ).toEqual([group]);
});

test('never has more unanswered than the buffer size', async () => {
  const { append, connect, info } = await newGroup(server, { messageTimeout: 60_000 });
  await append(50);
  const subscription = connect(7);
  const held: AllStreamResolvedEvent[] = [];
  subscription.on('data', (event) => held.push(event));
  await expect.poll(() => held.length).toBe(7);
  expect((await info()).connections[0]).toMatchObject({ inFlightMessages: 7, availableSlots: 0 });
  await subscription.ack(...held.slice(0, 3));
  await expect.poll(() => held.length).toBe(10);
  await subscription.unsubscribe();
});

test('is shared by competing consumers, each event to one of them', async () => {
  const { append, connect } = await newGroup(server);
  const seen: number[][] = [[], [], []];
  const subscriptions = seen.map((own) => {
    const subscription = connect(2);
    subscription.on('data', (event) => {
      own.push(...numbers([event]));
      void subscription.ack(event);
    });
    return subscription;
  });
  await Promise.all(subscriptions.map((subscription) => once(subscription, 'confirmation')));
  await append(90);
  await expect.poll(() => seen.flat().length).toBe(90);
  expect(seen.flat().toSorted((a, b) => a - b)).toEqual(upTo(90));
  for (const own of seen) expect(own.length).toBeGreaterThan(10);
  for (const subscription of subscriptions) await subscription.unsubscribe();
});

test('pinned: the events of a stream go to one consumer', async () => {
  const { type, connect } = await newGroup(server, { consumerStrategyName: 'Pinned' });
  const seen: Set<string>[] = [new Set(), new Set()];
  let count = 0;
  const subscriptions = seen.map((own) => {
    const subscription = connect(50);
    subscription.on('data', (event) => {
      own.add(event.event?.streamId ?? '');
      count++;
      void subscription.ack(event);
    });
    return subscription;
  });
  await Promise.all(subscriptions.map((subscription) => once(subscription, 'confirmation')));
  const streams = Array.from({ length: 12 }, () => unique('case'));
  for (let round = 0; round < 3; round++) {
    for (const stream of streams) await server.client.appendToStream(stream, numberedEvents(1, type));
  }
  await expect.poll(() => count).toBe(36);
  expect([...(seen[0] ?? [])].filter((stream) => seen[1]?.has(stream))).toEqual([]);
  expect([...seen].every((own) => own.size > 0)).toBe(true);
  for (const subscription of subscriptions) await subscription.unsubscribe();
});

test('what a consumer leaves unanswered goes to the next', async () => {
  const { group, append, connect } = await newGroup(server, { messageTimeout: 60_000 });
  await append(6);
  const first = connect();
  const answerEven = async (event: AllStreamResolvedEvent) => {
    if ((numbers([event])[0] ?? 0) % 2 === 0) await first.ack(event);
  };
  await consume(server, first, group, 6, answerEven, 3);
  expect((await consume(server, connect(), group, 3)).map(({ number }) => number)).toEqual([1, 3, 5]);
});
