import { once } from 'node:events';
import { eventTypeFilter, excludeSystemEvents, streamNameFilter } from '@eventstore/db-client';
import { expect, test } from 'vitest';
import { contractServer, numberedEvents, numbers, take, unique, upTo } from './server.ts';

const server = contractServer();

test('a subscription to a stream brings what is there, then what comes', async () => {
  const stream = unique('case');
  await server.client.appendToStream(stream, numberedEvents(700));
  const subscription = server.client.subscribeToStream(stream);
  const taken = take(subscription, 705);
  await once(subscription, 'confirmation');
  for (let n = 0; n < 5; n++)
    await server.client.appendToStream(stream, numberedEvents(1, 'Numbered', 700 + n));
  expect(numbers(await taken)).toEqual(upTo(705));
});

test('a subscription to a stream that does not exist yet waits for it', async () => {
  const stream = unique('case');
  const subscription = server.client.subscribeToStream(stream);
  const taken = take(subscription, 2);
  await once(subscription, 'confirmation');
  await server.client.appendToStream(stream, numberedEvents(2));
  expect(numbers(await taken)).toEqual([0, 1]);
});

test('a subscription to a stream starts behind the revision it names', async () => {
  const stream = unique('case');
  await server.client.appendToStream(stream, numberedEvents(5));
  expect(numbers(await take(server.client.subscribeToStream(stream, { fromRevision: 2n }), 2))).toEqual([
    3, 4,
  ]);
  const fromEnd = server.client.subscribeToStream(stream, { fromRevision: 'end' });
  const taken = take(fromEnd, 1);
  await once(fromEnd, 'confirmation');
  await server.client.appendToStream(stream, numberedEvents(1, 'Numbered', 5));
  expect(numbers(await taken)).toEqual([5]);
});

test('a subscription to $all starts behind the position it names, and misses nothing', async () => {
  const type = unique('Type');
  const filter = eventTypeFilter({ prefixes: [type] });
  const { position } = await server.client.appendToStream(unique('case'), numberedEvents(1, type));
  await server.client.appendToStream(unique('case'), numberedEvents(3, type, 1));
  const subscription = server.client.subscribeToAll({ fromPosition: position ?? 'start', filter });
  const taken = take(subscription, 103);
  await once(subscription, 'confirmation');
  for (let n = 4; n < 104; n++)
    await server.client.appendToStream(unique('case'), numberedEvents(1, type, n));
  expect(numbers(await taken)).toEqual(upTo(104).slice(1));
});

test('from the end, only what is appended afterwards comes', async () => {
  const type = unique('Type');
  await server.client.appendToStream(unique('case'), numberedEvents(2, type));
  const subscription = server.client.subscribeToAll({
    fromPosition: 'end',
    filter: eventTypeFilter({ prefixes: [type] }),
  });
  const taken = take(subscription, 1);
  await once(subscription, 'confirmation');
  await server.client.appendToStream(unique('case'), numberedEvents(1, type, 2));
  expect(numbers(await taken)).toEqual([2]);
});

test.each([
  [
    'event type prefix',
    (tag: string) => eventTypeFilter({ prefixes: [`Aa${tag}`, `Cc${tag}`] }),
    [0, 2, 3, 5],
  ],
  ['event type regex', (tag: string) => eventTypeFilter({ regex: `^(Bb|Cc)${tag}$` }), [1, 2, 4, 5]],
  ['stream name prefix', (tag: string) => streamNameFilter({ prefixes: [`x${tag}`] }), [0, 1, 2]],
  ['stream name regex', (tag: string) => streamNameFilter({ regex: `^[yz]${tag}-` }), [3, 4, 5]],
] as const)('$0 filters on the server', async (_name, filterFor, expected) => {
  const tag = unique('').slice(1, 13);
  let number = 0;
  for (const stream of [`x${tag}-1`, `y${tag}-1`]) {
    for (const type of [`Aa${tag}`, `Bb${tag}`, `Cc${tag}`]) {
      await server.client.appendToStream(stream, numberedEvents(1, type, number++));
    }
  }
  const events = await take(server.client.subscribeToAll({ filter: filterFor(tag) }), expected.length);
  expect(numbers(events)).toEqual(expected);
});

test('a filtered subscription says where it is though nothing passes', async () => {
  const stream = unique('case');
  const { position: start } = await server.client.appendToStream(stream, numberedEvents(1));
  const { position: middle } = await server.client.appendToStream(stream, numberedEvents(100, 'Numbered', 1));
  await server.client.appendToStream(stream, numberedEvents(100, 'Numbered', 101));
  const beyond = Promise.withResolvers<bigint>();
  const subscription = server.client.subscribeToAll({
    fromPosition: start ?? 'start',
    filter: eventTypeFilter({
      prefixes: [unique('Nothing')],
      maxSearchWindow: 10,
      checkpointInterval: 2,
      checkpointReached: async (_, { commit }) => {
        if (commit > (middle?.commit ?? 0n)) beyond.resolve(commit);
      },
    }),
  });
  subscription.on('data', () => {});
  await beyond.promise;
  await subscription.unsubscribe();
});

test('system events can be left out', async () => {
  const stream = unique('case');
  const { position } = await server.client.appendToStream(stream, numberedEvents(1));
  await server.client.setStreamMetadata(stream, { maxCount: 10 });
  await server.client.appendToStream(stream, numberedEvents(1, 'Numbered', 1));
  const [event] = await take(
    server.client.subscribeToAll({ fromPosition: position ?? 'start', filter: excludeSystemEvents() }),
    1,
  );
  expect(event?.event?.type.startsWith('$')).toBe(false);
});

test('a slow subscriber keeps its place and gets everything', async () => {
  const stream = unique('case');
  const subscription = server.client.subscribeToStream(stream);
  await once(subscription, 'confirmation');
  const count = 6000;
  const appended = (async () => {
    for (let n = 0; n < count; n += 1000) {
      await server.client.appendToStream(stream, numberedEvents(1000, 'Numbered', n));
    }
  })();
  let expected = 0;
  for await (const { event } of subscription) {
    if (expected === 0) await appended;
    expect(event?.revision).toBe(BigInt(expected));
    if (++expected === count) break;
  }
  await subscription.unsubscribe();
  expect(expected).toBe(count);
});

test('forty subscribers all get every event once', async () => {
  const stream = unique('case');
  const subscriptions = Array.from({ length: 40 }, () => server.client.subscribeToStream(stream));
  const taken = subscriptions.map((subscription) => take(subscription, 50));
  await Promise.all(subscriptions.map((subscription) => once(subscription, 'confirmation')));
  await Promise.all(
    Array.from({ length: 50 }, () => server.client.appendToStream(stream, numberedEvents(1))),
  );
  for (const events of await Promise.all(taken)) {
    expect(events.map(({ event }) => event?.revision)).toEqual(upTo(50).map(BigInt));
  }
});

test('an expression that is no regular expression is refused', async () => {
  const subscription = server.client.subscribeToAll({ filter: eventTypeFilter({ regex: '(' }) });
  await expect(take(subscription, 1)).rejects.toThrow();
});
