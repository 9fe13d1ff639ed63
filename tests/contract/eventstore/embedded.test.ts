import { once } from 'node:events';
import {
  binaryEvent,
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  MaxAppendSizeExceededError,
  PersistentSubscriptionDroppedError,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type EngineProcess, newFolder, startEngine } from './engine.ts';
import { newGroup } from './persistent-group.ts';
import { collect, givenUrl, numberedEvents, numbers, take, unique } from './server.ts';

/** What only the embedded engine promises, or what needs its folder. A server of another make may do otherwise. */
describe.skipIf(givenUrl !== undefined)('the embedded engine', () => {
  async function start(folder = newFolder(), port = 0): Promise<EngineProcess> {
    const engine = await startEngine(folder, port);
    onTestFinished(async () => void (await engine.stop()));
    return engine;
  }

  function connect(url: string): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(url);
    onTestFinished(() => client.dispose());
    return client;
  }

  const withTypeNumbered = { filter: eventTypeFilter({ prefixes: ['Numbered'] }) };
  const fromStart = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START });

  test.each(['stop', 'kill'] as const)(
    'a client goes on by itself when it comes back on the same port (%s)',
    async (way) => {
      const folder = newFolder();
      const first = await start(folder);
      const client = connect(first.url);
      const stream = unique('case');
      await client.appendToStream(stream, numberedEvents(3));
      const subscription = client.subscribeToStream(stream);
      const broken = collect(subscription).catch((error) => error);
      await once(subscription, 'caughtUp');

      await first[way]();
      expect(await broken).toBeInstanceOf(Error);
      await expect(client.appendToStream(stream, numberedEvents(1))).rejects.toThrow();

      await start(folder, first.port);
      const next = numberedEvents(1, 'Numbered', 3);
      const append = () => client.appendToStream(stream, next, { expectedRevision: 2n });
      // The connection itself comes back after gRPC's own pause; until then an append fails at once.
      await expect
        .poll(() => append().catch((error) => error), { timeout: 20_000 })
        .toMatchObject({ success: true });
      expect(numbers(await take(client.subscribeToStream(stream, { fromRevision: 0n }), 3))).toEqual([
        1, 2, 3,
      ]);
    },
  );

  test('what was written before a restart is there after it, and an old append is still recognised', async () => {
    const folder = newFolder();
    const first = await start(folder);
    const stream = unique('case');
    const events = numberedEvents(5);
    const before = connect(first.url);
    const written = await before.appendToStream(stream, events);
    await before.setStreamMetadata(stream, { maxCount: 4 });
    await before.tombstoneStream(unique('closed'));
    const log = (await collect(before.readAll())).map(({ event }) => event?.id);
    await first.stop();

    const after = connect((await start(folder)).url);
    expect((await collect(after.readAll())).map(({ event }) => event?.id)).toEqual(log);
    expect(numbers(await collect(after.readStream(stream)))).toEqual([1, 2, 3, 4]);
    for (const expectedRevision of ['any', 'no_stream'] as const) {
      expect(await after.appendToStream(stream, events, { expectedRevision })).toEqual(written);
    }
    const next = await after.appendToStream(stream, numberedEvents(1, 'Numbered', 5));
    expect(next.position?.commit).toBe(BigInt(log.length) + 1n);
  });

  test('after a clean stop a persistent subscription delivers only what was not answered', async () => {
    const folder = newFolder();
    const first = await start(folder);
    const group = unique('group');
    const client = connect(first.url);
    await client.createPersistentSubscriptionToAll(group, fromStart, withTypeNumbered);
    await client.appendToStream(unique('case'), numberedEvents(9));
    const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: 20 });
    subscription.on('error', () => {});
    let delivered = 0;
    for await (const event of subscription) {
      const [number = 0] = numbers([event]);
      if (number === 4) await subscription.nack('park', 'later', event);
      else if (number % 3 !== 0) await subscription.ack(event);
      if (++delivered === 9) break;
    }
    const info = (from: EventStoreDBClient) => from.getPersistentSubscriptionToAllInfo(group);
    await expect.poll(async () => (await info(client)).stats.totalInFlightMessages).toBe(3);
    await first.stop();

    const again = connect((await start(folder)).url);
    expect((await info(again)).stats.parkedMessageCount).toBe(1n);
    expect((await info(again)).settings.startFrom).toBe('start');
    await again.appendToStream(unique('case'), numberedEvents(1, 'Numbered', 9));
    const events = await take(again.subscribeToPersistentSubscriptionToAll(group), 4);
    expect(numbers(events)).toEqual([0, 3, 6, 9]);
  });

  test('parked events survive its death in the middle of a replay', async () => {
    const folder = newFolder();
    const first = await start(folder);
    const group = unique('group');
    const client = connect(first.url);
    await client.createPersistentSubscriptionToAll(group, fromStart, withTypeNumbered);
    await client.appendToStream(unique('case'), numberedEvents(2));
    const subscription = client.subscribeToPersistentSubscriptionToAll(group);
    subscription.on('error', () => {});
    let seen = 0;
    const replayed = new Promise<void>((resolve) => {
      subscription.on('data', (event) => {
        seen++;
        if (seen <= 2) void subscription.nack('park', 'poison', event);
        if (seen === 4) resolve();
      });
    });
    const parked = async (from: EventStoreDBClient) =>
      (await from.getPersistentSubscriptionToAllInfo(group)).stats.parkedMessageCount;
    await expect.poll(() => parked(client)).toBe(2n);
    await client.replayParkedMessagesToAll(group);
    await replayed;
    await first.kill();

    const again = connect((await start(folder)).url);
    expect(await parked(again)).toBe(2n);
  });

  test('a consumer that says "stop" is dropped, and another one gets the event', async () => {
    const client = connect((await start()).url);
    const { append, connect: join } = await newGroup({ client });
    await append(1);
    const first = join();
    const stopped = (async () => {
      for await (const event of first) await first.nack('stop', 'cannot go on', event);
    })();
    await expect(stopped).rejects.toBeInstanceOf(PersistentSubscriptionDroppedError);
    expect(numbers(await take(join(), 1))).toEqual([0]);
  });

  test('an append over one megabyte, or with a bad event id, is refused alone: others on the connection go on', async () => {
    const client = connect((await start()).url);
    const tooLarge = [1_100_000, 6_000_000].map((size) =>
      binaryEvent({ type: 'Large', data: new Uint8Array(size) }),
    );
    const [bad, good, ...large] = [
      [jsonEvent({ id: 'not-a-uuid', type: 'Odd', data: {} })],
      numberedEvents(1),
      ...tooLarge.map((event) => [event]),
    ].map((events) => client.appendToStream(unique('case'), events).catch((error) => error));
    expect(await bad).toBeInstanceOf(Error);
    expect(await good).toMatchObject({ nextExpectedRevision: 0n });
    for (const error of await Promise.all(large)) {
      expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
      expect(error).toMatchObject({ maxAppendSize: 1_048_576 });
    }
  });

  test('a client that discovers a cluster finds the one node', async () => {
    const { port } = await start();
    const client = connect(`esdb+discover://127.0.0.1:${port}?tls=false`);
    const stream = unique('case');
    await client.appendToStream(stream, numberedEvents(2));
    expect(await collect(client.readStream(stream))).toHaveLength(2);
  });

  test('a second engine on the same folder is refused', async () => {
    const { folder } = await start();
    await expect(startEngine(folder)).rejects.toThrow('code 75');
  });
});
