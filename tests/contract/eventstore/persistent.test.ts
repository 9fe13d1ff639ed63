import { once } from 'node:events';
import {
  type AllStreamResolvedEvent,
  eventTypeFilter,
  PersistentSubscriptionDoesNotExistError,
  PersistentSubscriptionDroppedError,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionMaximumSubscribersReachedError,
  type PersistentSubscriptionToAll,
  type PersistentSubscriptionToAllSettings,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { collect, contractServer, numberedEvents, numbers, unique } from './server.ts';

const server = contractServer();

/** A group on `$all` that takes one event type nobody else writes. */
async function newGroup(settings: Partial<PersistentSubscriptionToAllSettings> = {}) {
  const type = unique('Type');
  const group = unique('group');
  await server.client.createPersistentSubscriptionToAll(
    group,
    persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, ...settings }),
    { filter: eventTypeFilter({ prefixes: [type] }) },
  );
  const append = (count: number, from = 0) =>
    server.client.appendToStream(unique('case'), numberedEvents(count, type, from));
  const connect = (bufferSize = 10) =>
    server.client.subscribeToPersistentSubscriptionToAll(group, { bufferSize });
  const info = () => server.client.getPersistentSubscriptionToAllInfo(group);
  return { group, type, append, connect, info };
}

/**
 * Answers each of the next `count` events with `answer` and gives the numbers and retry counts. Waits until the server
 * has all the answers before it disconnects: an answer is sent, not confirmed, and a cancelled call may lose it.
 */
async function consume(
  subscription: PersistentSubscriptionToAll,
  group: string,
  count: number,
  answer: (event: AllStreamResolvedEvent & { retryCount: number }) => Promise<void> = (event) =>
    subscription.ack(event),
  unanswered = 0,
) {
  const inFlight = async () =>
    (await server.client.getPersistentSubscriptionToAllInfo(group)).stats.totalInFlightMessages;
  const seen: { number: number; retryCount: number }[] = [];
  try {
    for await (const event of subscription) {
      const [number = -1] = numbers([event]);
      seen.push({ number, retryCount: event.retryCount });
      await answer(event);
      if (seen.length === count) break;
    }
    await expect.poll(inFlight).toBe(unanswered);
  } finally {
    await subscription.unsubscribe();
  }
  return seen;
}

describe('groups', () => {
  test('are made once, described, listed and deleted', async () => {
    const { group, info } = await newGroup({ maxRetryCount: 3, messageTimeout: 12_345 });
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
      () =>
        client.updatePersistentSubscriptionToAll(group, persistentSubscriptionToAllSettingsFromDefaults()),
      () => collect(client.subscribeToPersistentSubscriptionToAll(group)),
      () => client.deletePersistentSubscriptionToStream(unique('case'), group),
    ];
    for (const call of calls)
      await expect(call()).rejects.toBeInstanceOf(PersistentSubscriptionDoesNotExistError);
  });

  test('updated: consumers are dropped, settings change, progress and filter stay', async () => {
    const { group, append, connect, info } = await newGroup();
    await append(4);
    await consume(connect(), group, 4);
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
    expect((await consume(connect(), group, 1)).map(({ number }) => number)).toEqual([4]);
  });

  test('take no more consumers than they are allowed to', async () => {
    const { connect } = await newGroup({ maxSubscriberCount: 1 });
    const first = connect();
    first.on('data', () => {});
    await once(first, 'confirmation');
    await expect(collect(connect())).rejects.toBeInstanceOf(
      PersistentSubscriptionMaximumSubscribersReachedError,
    );
    await first.unsubscribe();
  });
});

describe('delivery', () => {
  test('brings what is there and what comes, filtered, in order', async () => {
    const { group, append, connect } = await newGroup();
    await append(25);
    const subscription = connect();
    const consumed = consume(subscription, group, 30);
    await once(subscription, 'confirmation');
    await server.client.appendToStream(unique('case'), numberedEvents(5, 'Other'));
    await append(5, 25);
    expect((await consumed).map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, n) => n));
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
    expect((await consume(subscription, group, 2)).map(({ number }) => number)).toEqual([1, 2]);
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
    const { append, connect, info } = await newGroup({ messageTimeout: 60_000 });
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
    const { append, connect } = await newGroup();
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
    expect(seen.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, n) => n));
    for (const own of seen) expect(own.length).toBeGreaterThan(10);
    for (const subscription of subscriptions) await subscription.unsubscribe();
  });

  test('pinned: the events of a stream go to one consumer', async () => {
    const { type, connect } = await newGroup({ consumerStrategyName: 'Pinned' });
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
    const { group, append, connect } = await newGroup({ messageTimeout: 60_000 });
    await append(6);
    const first = connect();
    const answerEven = async (event: AllStreamResolvedEvent) => {
      if ((numbers([event])[0] ?? 0) % 2 === 0) await first.ack(event);
    };
    await consume(first, group, 6, answerEven, 3);
    expect((await consume(connect(), group, 3)).map(({ number }) => number)).toEqual([1, 3, 5]);
  });
});

describe('failure', () => {
  test('retry brings the event again and counts', async () => {
    const { group, append, connect, info } = await newGroup({ maxRetryCount: 5 });
    await append(1);
    const subscription = connect();
    const seen = await consume(subscription, group, 3, (event) =>
      event.retryCount < 2 ? subscription.nack('retry', 'not yet', event) : subscription.ack(event),
    );
    expect(seen.map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
    expect((await info()).stats.parkedMessageCount).toBe(0n);
  });

  test('after the last retry the event is parked, and the rest goes on', async () => {
    const { append, connect, info } = await newGroup({ maxRetryCount: 2 });
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
    const { append, connect, info } = await newGroup({ messageTimeout: 150, maxRetryCount: 1 });
    await append(1);
    const subscription = connect();
    const retryCounts: number[] = [];
    subscription.on('data', ({ retryCount }) => retryCounts.push(retryCount));
    await expect.poll(async () => (await info()).stats.parkedMessageCount, { timeout: 10_000 }).toBe(1n);
    expect(retryCounts).toEqual([0, 1]);
    await subscription.unsubscribe();
  });

  test('skip forgets the event', async () => {
    const { group, append, connect, info } = await newGroup();
    await append(2);
    const subscription = connect();
    await consume(subscription, group, 2, (event) => subscription.nack('skip', 'of no interest', event));
    await expect.poll(async () => (await info()).stats.totalInFlightMessages).toBe(0);
    expect((await info()).stats.parkedMessageCount).toBe(0n);
    await append(1, 2);
    expect((await consume(connect(), group, 1)).map(({ number }) => number)).toEqual([2]);
  });

  test('parked events can be read with the reason, and replayed', async () => {
    const { group, append, connect, info } = await newGroup();
    await append(3);
    const subscription = connect();
    await consume(subscription, group, 3, (event) =>
      numbers([event])[0] === 1 ? subscription.ack(event) : subscription.nack('park', 'poison', event),
    );
    await expect.poll(async () => (await info()).stats.parkedMessageCount).toBe(2n);

    const parked = await collect(
      server.client.readStream(`$persistentsubscription-$all::${group}-parked`, { resolveLinkTos: true }),
    );
    expect(numbers(parked)).toEqual([0, 2]);
    expect(parked[0]?.link?.metadata).toMatchObject({ reason: 'poison' });

    const replayed = connect();
    const consumed = consume(replayed, group, 2);
    await once(replayed, 'confirmation');
    await server.client.replayParkedMessagesToAll(group);
    expect((await consumed).map(({ number }) => number)).toEqual([0, 2]);
    await expect.poll(async () => (await info()).stats.parkedMessageCount).toBe(0n);
    await server.client.replayParkedMessagesToAll(group);
    await append(1, 3);
    expect((await consume(connect(), group, 1)).map(({ number }) => number)).toEqual([3]);
  });

  test('a replayed event can be parked again', async () => {
    const { group, append, connect, info } = await newGroup();
    await append(1);
    const subscription = connect();
    const consumed = consume(subscription, group, 3, (event) =>
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
});
