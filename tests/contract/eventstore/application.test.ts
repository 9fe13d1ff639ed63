import { randomUUID } from 'node:crypto';
import { jsonEvent } from '@eventstore/db-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type Delivery,
  type EventStore,
  EventStoreUnavailableError,
  WrongRevisionError,
} from '#platform/event-store';
import { next, numberOf, openLog } from './application-log.ts';
import { collect, contractServer, numberedEvents, unique, upTo } from './server.ts';

/** The server through the application's own client: what `platform/event-store.ts` promises to everyone. */
const server = contractServer();

/** Ends a subscription or a membership, and fails the test if it does not end by itself then. */
function stopper() {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  return stop;
}

describe('append and read', () => {
  test('an event comes back in the domain’s words, with its place in the stream and in the log', async () => {
    const { store, type, event } = openLog(server.url);
    const stream = unique('case');
    const written = event(7);
    const appended = await store.append(stream, [written], 'no-stream');
    expect(appended.revision).toBe(0n);
    const [recorded, ...others] = await collect(store.readStream(stream));
    expect(others).toEqual([]);
    expect(recorded).toMatchObject({
      ...{ id: written.id, stream, revision: 0n, position: appended.position, type, data: { number: 7 } },
      metadata: { ...written.metadata, schemaVersion: 1 },
    });
    expect(recorded?.created).toBeInstanceOf(Date);
    expect(await store.headPosition()).toBeGreaterThanOrEqual(appended.position);
  });

  test('a stream is read from a revision; one that is not there is empty', async () => {
    const { store, event } = openLog(server.url);
    const stream = unique('case');
    await store.append(
      stream,
      upTo(5).map((number) => event(number)),
      'no-stream',
    );
    expect((await collect(store.readStream(stream, 3n))).map(numberOf)).toEqual([3, 4]);
    expect(await collect(store.readStream(stream, 5n))).toEqual([]);
    expect(await collect(store.readStream(unique('case')))).toEqual([]);
  });

  test('whoever folded an older revision is told that the stream has moved on', async () => {
    const { store, event } = openLog(server.url);
    const stream = unique('case');
    await store.append(stream, [event(0), event(1)], 'no-stream');
    for (const expected of ['no-stream', 0n, 5n] as const) {
      await expect(store.append(stream, [event(2)], expected)).rejects.toBeInstanceOf(WrongRevisionError);
    }
    await expect(store.append(unique('case'), [event(0)], 3n)).rejects.toBeInstanceOf(WrongRevisionError);
    expect((await store.append(stream, [event(2)], 1n)).revision).toBe(2n);
  });

  test.each(['no-stream', 'any', 0n] as const)(
    'the same append again changes nothing and has the same answer (%s)',
    async (expected) => {
      const { store, event } = openLog(server.url);
      const stream = unique('case');
      if (expected === 0n) await store.append(stream, [event(0)], 'no-stream');
      const again = event(1);
      const once = await store.append(stream, [again], expected);
      await store.append(stream, [event(2)], 'any');
      expect(await store.append(stream, [again], expected)).toEqual(once);
      const found = (await collect(store.readStream(stream))).map(numberOf);
      expect(found).toEqual(expected === 0n ? [0, 1, 2] : [1, 2]);
    },
  );

  test('the log is read on from a position, so many of our own events at a time, past whatever else is in it', async () => {
    const { store, longerType, event } = openLog(server.url);
    const stream = unique('case');
    const { position: after } = await store.append(stream, [event(0)], 'no-stream');
    const foreign = { type: event(0).type, data: { number: 99 }, metadata: { somebody: 'else' } };
    for (let number = 1; number < 8; number++) {
      await server.client.appendToStream(unique('foreign'), numberedEvents(number % 3 === 0 ? 40 : 1));
      await server.client.appendToStream(unique('foreign'), jsonEvent(foreign));
      await store.append(stream, [event(number, number === 5 ? longerType : undefined)], 'any');
    }
    const found: number[] = [];
    for (let from = after; ; ) {
      const page = await collect(store.readAll({ after: from, limit: 3 }));
      found.push(...page.map(numberOf));
      if (page.length < 3) break;
      from = page.at(-1)?.position ?? from;
    }
    expect(found).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await collect(store.readAll({ after }))).map(numberOf)).toEqual(found);
  });
});

describe('subscribe', () => {
  test('brings what is behind a position and what comes, of the types asked for and no other', async () => {
    const { store, type, longerType, event } = openLog(server.url);
    const stream = unique('case');
    const { position: after } = await store.append(stream, [event(0)], 'no-stream');
    await store.append(stream, [event(1), event(99, longerType), event(2)], 'any');
    const { signal } = stopper();
    const taken = next(store.subscribe({ after, types: [type], signal }), 4);
    await store.append(stream, [event(99, longerType), event(3)], 'any');
    await store.append(stream, [event(4)], 'any');
    expect((await taken).map(numberOf)).toEqual([1, 2, 3, 4]);
  });

  test('from the end brings what comes from now on; without types, all of our own', async () => {
    const { store, longerType, event } = openLog(server.url);
    const stream = unique('case');
    await store.append(stream, [event(0)], 'no-stream');
    const { signal } = stopper();
    const taken = next(store.subscribe({ after: 'end', signal }), 1);
    // Nobody tells when the subscription begins: what it brings first is one of those written since.
    let written = 0;
    let came = false;
    void taken.then(() => {
      came = true;
    });
    while (!came) await store.append(stream, [event(++written, longerType)], 'any');
    const [first] = (await taken).map(numberOf);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(written);
  });

  test('ends when it is told to, in the middle of waiting', async () => {
    const { store, event } = openLog(server.url);
    const { position: after } = await store.append(unique('case'), [event(0), event(1)], 'no-stream');
    const stop = stopper();
    const ended = collect(store.subscribe({ after: after - 1n, signal: stop.signal }));
    stop.abort();
    expect((await ended).length).toBeLessThanOrEqual(2);
  });
});

describe('consume', () => {
  const options = { concurrency: 3, messageTimeoutMs: 60_000, maxRetries: 100 };

  /** A member of a group; `handled` counts what its handler was given. */
  function join(
    store: EventStore,
    group: string,
    types: readonly string[],
    handle: (delivery: Delivery) => Promise<void>,
    others: Partial<typeof options> = {},
  ) {
    const stop = stopper();
    const ended = store.consume(group, { ...options, ...others, types, signal: stop.signal }, handle);
    onTestFinished(() => server.client.deletePersistentSubscriptionToAll(group).catch(() => undefined));
    return async () => {
      stop.abort();
      await ended;
    };
  }
  const infoOf = (group: string) => server.client.getPersistentSubscriptionToAllInfo(group);

  test('gives out each event of its types once, from the beginning of the log, so many at a time', async () => {
    const { store, type, longerType, event } = openLog(server.url);
    const [stream, group] = [unique('case'), unique('group')];
    await store.append(
      stream,
      [...upTo(12).map((number) => event(number)), event(99, longerType)],
      'no-stream',
    );
    const foreign = jsonEvent({ type, data: { number: 98 }, metadata: { somebody: 'else' } });
    await server.client.appendToStream(unique('foreign'), foreign);
    const handled: number[] = [];
    let running = 0;
    let most = 0;
    const leave = join(store, group, [type], async (delivery) => {
      most = Math.max(most, ++running);
      expect(delivery.retries).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      handled.push(numberOf(delivery.event));
      running--;
      await delivery.ack();
    });
    await expect.poll(() => handled.length).toBe(12);
    await store.append(stream, [event(12)], 'any');
    await expect.poll(() => handled.length).toBe(13);
    await expect.poll(async () => (await infoOf(group)).stats.totalInFlightMessages).toBe(0);
    await leave();
    expect(handled.toSorted((a, b) => a - b)).toEqual(upTo(13));
    expect(most).toBe(3);
    expect((await infoOf(group)).stats.parkedMessageCount).toBe(0n);
  });

  test('gives an event out again that failed, with how often it came; and puts one aside that is parked', async () => {
    const { store, type, event } = openLog(server.url);
    const group = unique('group');
    await store.append(
      unique('case'),
      upTo(3).map((number) => event(number)),
      'no-stream',
    );
    const deliveries: string[] = [];
    const leave = join(store, group, [type], async ({ event: recorded, retries, ack, nack }) => {
      const number = numberOf(recorded);
      deliveries.push(`${number} for the ${retries + 1}. time`);
      if (number === 0 && retries < 2) return nack('retry', 'not yet');
      if (number === 1) return nack('park', 'poison');
      await ack();
    });
    await expect.poll(() => deliveries.length).toBe(5);
    await expect.poll(async () => (await infoOf(group)).stats.parkedMessageCount).toBe(1n);
    await leave();
    expect(deliveries.toSorted()).toEqual([
      ...['0 for the 1. time', '0 for the 2. time', '0 for the 3. time'],
      ...['1 for the 1. time', '2 for the 1. time'],
    ]);
  });

  test('is one group for all its members: each event goes to one of them, and a newcomer begins where it is', async () => {
    const { store, type, event } = openLog(server.url);
    const [stream, group] = [unique('case'), unique('group')];
    await store.append(stream, [event(0)], 'no-stream');
    const seen: number[] = [];
    const handle = async (delivery: Delivery) => {
      seen.push(numberOf(delivery.event));
      await delivery.ack();
    };
    const first = join(store, group, [type], handle);
    await expect.poll(() => seen.length).toBe(1);
    const second = join(store, group, [type], handle);
    await expect.poll(async () => (await infoOf(group)).connections.length).toBe(2);
    await store.append(
      stream,
      upTo(20).map((number) => event(number + 1)),
      'any',
    );
    await expect.poll(() => seen.length).toBe(21);
    await first();
    await store.append(stream, [event(21)], 'any');
    await expect.poll(() => seen.length).toBe(22);
    await second();
    expect(seen.toSorted((a, b) => a - b)).toEqual(upTo(22));
  });

  test('keeps to what the newest member wants, where it was, and the others stay', async () => {
    const { store, type, event } = openLog(server.url);
    const [stream, group] = [unique('case'), unique('group')];
    const { position } = await store.append(stream, [event(0)], 'no-stream');
    const seen: number[] = [];
    const handle = async (delivery: Delivery) => {
      seen.push(numberOf(delivery.event));
      await delivery.ack();
    };
    const first = join(store, group, [type], handle);
    // What is not kept yet is given out once more.
    const kept = async () => (await infoOf(group)).stats.lastCheckpointedEventPosition?.commit ?? -1n;
    await expect.poll(kept).toBeGreaterThanOrEqual(position);
    const second = join(store, group, [type], handle, { messageTimeoutMs: 90_000, maxRetries: 7 });
    await expect.poll(async () => (await infoOf(group)).connections.length).toBe(2);
    expect((await infoOf(group)).settings).toMatchObject({ messageTimeout: 90_000, maxRetryCount: 7 });
    await store.append(stream, [event(1)], 'any');
    await expect.poll(() => seen.length).toBe(2);
    await Promise.all([first(), second()]);
    expect(seen).toEqual([0, 1]);
  });

  test('what a member had in hand when it left goes to another', async () => {
    const { store, type, event } = openLog(server.url);
    const group = unique('group');
    await store.append(unique('case'), [event(0)], 'no-stream');
    const given = Promise.withResolvers<void>();
    // A client of its own, which is closed with the work in hand, as a process that dies leaves it.
    const { store: other } = openLog(server.url, type);
    const stop = stopper();
    void other.consume(group, { ...options, types: [type], signal: stop.signal }, () => {
      given.resolve();
      return new Promise(() => {});
    });
    await given.promise;
    stop.abort();
    await other.close();
    const again = Promise.withResolvers<number>();
    const leave = join(store, group, [type], async (delivery) => {
      again.resolve(numberOf(delivery.event));
      await delivery.ack();
    });
    expect(await again.promise).toBe(0);
    await leave();
  });
});

describe('where no server is', () => {
  const nobody = () => openLog('esdb://127.0.0.1:1?tls=false');

  test('every call says that the log is away', async () => {
    const { store, event } = nobody();
    const calls = [
      () => store.append(unique('case'), [event(0)], 'any'),
      () => collect(store.readStream(unique('case'))),
      () => collect(store.readAll()),
      () => collect(store.readAll({ after: 5n, limit: 3 })),
      () => store.headPosition(),
    ];
    for (const call of calls) await expect(call()).rejects.toBeInstanceOf(EventStoreUnavailableError);
  });

  test('a subscription and a membership wait for it, and end when they are told to', async () => {
    const { store, type } = nobody();
    const stop = stopper();
    const { signal } = stop;
    const ended = Promise.all([
      collect(store.subscribe({ after: 0n, signal })),
      store.consume(
        unique('group'),
        { concurrency: 1, messageTimeoutMs: 1000, maxRetries: 1, types: [type], signal },
        async () => {},
      ),
    ]);
    await expect(store.headPosition()).rejects.toBeInstanceOf(EventStoreUnavailableError);
    stop.abort();
    expect(await ended).toEqual([[], undefined]);
  });
});

test('two clients of one process do not disturb each other', async () => {
  const [one, other] = [openLog(server.url), openLog(server.url)];
  const stream = unique('case');
  await one.store.append(stream, [one.event(0)], 'no-stream');
  await other.store.append(unique('case'), [other.event(0)], 'no-stream');
  await one.store.close();
  const appended = await other.store.append(stream, [other.event(1, undefined, randomUUID())], 0n);
  expect(appended.revision).toBe(1n);
});
