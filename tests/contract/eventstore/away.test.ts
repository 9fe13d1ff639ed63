import { describe, expect, onTestFinished, test } from 'vitest';
import type { EventStore, NewEvent } from '#platform/event-store';
import { EventStoreUnavailableError } from '#platform/event-store';
import { until } from '../../support/until.ts';
import { numberOf, openLog } from './application-log.ts';
import { newGroup } from './persistent-group.ts';
import {
  canRestart,
  collect,
  contractServer,
  numberedEvents,
  numbers,
  take,
  unique,
  upTo,
} from './server.ts';

const server = contractServer();

/** Appends until it is answered, as a person does who got no answer: the same event with the same expectation. */
async function persist(
  store: EventStore,
  stream: string,
  event: NewEvent,
  expected: 'any' | 'no-stream' | bigint,
) {
  for (;;) {
    try {
      return await store.append(stream, [event], expected);
    } catch (error) {
      if (!(error instanceof EventStoreUnavailableError)) throw error;
      await until('the log is back', async () => (await store.headPosition()) >= 0n);
    }
  }
}

describe.skipIf(!canRestart)(
  canRestart
    ? 'when the server goes away and returns'
    : 'when the server goes away and returns (NOT run: EVENTSTORE_RESTART_COMMAND says how to restart the server at EVENTSTORE_URL)',
  () => {
    test.each([
      ['an exact revision', (last: bigint | undefined) => last ?? ('no-stream' as const)],
      ['any revision', () => 'any' as const],
    ])(
      'appends in flight, sent again until they are answered, are there once: expecting %s',
      async (_, expectedAfter) => {
        const { store, event } = openLog(server.url);
        const rounds = 2;
        const streams = upTo(8).map(() => unique('writer'));
        let over = false;
        const acknowledged = streams.map(() => 0);
        const writers = streams.map(async (stream, writer) => {
          let last: bigint | undefined;
          while (!over) {
            const number = acknowledged[writer] ?? 0;
            const { revision } = await persist(store, stream, event(number), expectedAfter(last));
            expect(revision).toBe(BigInt(number));
            last = revision;
            acknowledged[writer] = number + 1;
          }
        });
        const everybodyWrites = async () => {
          const before = [...acknowledged];
          await until('each writer has written again', () =>
            acknowledged.every((count, writer) => count > (before[writer] ?? 0) + 3),
          );
        };
        for (let round = 0; round < rounds; round++) {
          await everybodyWrites();
          await server.restart();
        }
        await everybodyWrites();
        over = true;
        await Promise.all(writers);
        for (const [writer, stream] of streams.entries()) {
          const events = await collect(store.readStream(stream));
          expect(events.map(numberOf)).toEqual(upTo(acknowledged[writer] ?? 0));
          expect(events.map(({ revision }) => Number(revision))).toEqual(upTo(events.length));
        }
      },
    );

    test('a read that is under way fails, and never ends as if that were all', async () => {
      const { store, event } = openLog(server.url);
      const stream = unique('case');
      for (let page = 0; page < 12; page++) {
        const events = upTo(500).map((number) => event(page * 500 + number));
        await store.append(stream, events, page === 0 ? 'no-stream' : BigInt(page * 500 - 1));
      }
      const found: number[] = [];
      const read = (async () => {
        for await (const each of store.readStream(stream)) {
          if (found.push(numberOf(each)) === 10) await server.restart();
        }
      })();
      await expect(read).rejects.toBeInstanceOf(EventStoreUnavailableError);
      expect(found).toEqual(upTo(found.length));
      expect(await collect(store.readStream(stream))).toHaveLength(6000);
    });

    test('a catch-up subscription goes on behind the last event it brought: none is missing, none comes twice', async () => {
      const { store, type, event } = openLog(server.url);
      const stream = unique('case');
      const { position } = await store.append(stream, [event(0)], 'no-stream');
      const stop = new AbortController();
      onTestFinished(() => stop.abort());
      const brought: number[] = [];
      const subscribed = (async () => {
        const events = store.subscribe({ after: position - 1n, types: [type], signal: stop.signal });
        for await (const each of events) brought.push(numberOf(each));
      })();
      let written = 1;
      const write = async (count: number) => {
        for (let n = 0; n < count; n++) await persist(store, stream, event(written++), 'any');
      };
      const arrived = () => until('all have come', () => brought.length >= written);
      for (let round = 0; round < 2; round++) {
        await write(20);
        await arrived();
        await server.restart();
        // These are there before the subscription is back.
        await write(20);
      }
      await arrived();
      stop.abort();
      await subscribed;
      expect(brought).toEqual(upTo(written));
    });

    test('a subscription of the client’s own says that it broke; it does not go on, and does not just end', async () => {
      const stream = unique('case');
      await server.client.appendToStream(stream, numberedEvents(1));
      const subscription = server.client.subscribeToStream(stream);
      const broken = collect(subscription).catch((error) => error);
      await take(server.client.subscribeToStream(stream), 1);
      await server.restart();
      expect(await broken).toBeInstanceOf(Error);
    });

    /** A member of a new group, through the application's client; `handle` may take its time. */
    function join(log: ReturnType<typeof openLog>, handle: (number: number) => Promise<void>) {
      const group = unique('group');
      const stop = new AbortController();
      onTestFinished(() => stop.abort());
      onTestFinished(() => server.client.deletePersistentSubscriptionToAll(group).catch(() => undefined));
      const options = { concurrency: 4, messageTimeoutMs: 60_000, maxRetries: 100, types: [log.type] };
      const ended = log.store.consume(group, { ...options, signal: stop.signal }, async ({ event, ack }) => {
        await handle(numberOf(event));
        await ack();
      });
      const info = () => server.client.getPersistentSubscriptionToAllInfo(group);
      const unanswered = async (count: number) => {
        const { stats, connections } = await info();
        return stats.totalInFlightMessages === count && connections.length === 1;
      };
      const leave = () => {
        stop.abort();
        return ended;
      };
      return { info, unanswered, leave };
    }

    test('a group gives out everything that was not acknowledged, to members that come back by themselves', async () => {
      const log = openLog(server.url);
      const stream = unique('case');
      const given = new Set<number>();
      const member = join(log, async (number) => void given.add(number));
      let written = 0;
      const write = async (count: number) => {
        for (let n = 0; n < count; n++) await persist(log.store, stream, log.event(written++), 'any');
      };
      for (let round = 0; round < 2; round++) {
        await write(20);
        await server.restart();
      }
      await write(20);
      await until('all have come', () => given.size === written);
      await until('all are answered', () => member.unanswered(0));
      expect((await member.info()).stats.parkedMessageCount).toBe(0n);
      await member.leave();
    });

    test('work that takes longer than the server is away is not begun again, and is answered in the end', async () => {
      const log = openLog(server.url);
      const hold = Promise.withResolvers<void>();
      let begun = 0;
      const member = join(log, () => {
        begun++;
        return hold.promise;
      });
      await log.store.append(unique('case'), [log.event(0)], 'no-stream');
      await until('the work has begun', () => begun === 1);
      await server.restart();
      await until('it was given out again', () => member.unanswered(1));
      hold.resolve();
      await until('it is answered', () => member.unanswered(0));
      await member.leave();
      expect(begun).toBe(1);
      expect((await member.info()).stats.parkedMessageCount).toBe(0n);
    });

    test('what is parked stays parked, with its reason, and can be replayed', async () => {
      const { group, append, connect, info } = await newGroup(server);
      await append(3);
      const subscription = connect();
      subscription.on('error', () => {});
      subscription.on('data', (event) => {
        const [number] = numbers([event]);
        void (number === 1 ? subscription.nack('park', 'poison', event) : subscription.ack(event));
      });
      await until('the event is parked', async () => (await info()).stats.parkedMessageCount === 1n);
      await server.restart();

      expect((await info()).stats.parkedMessageCount).toBe(1n);
      const parked = `$persistentsubscription-$all::${group}-parked`;
      const [link] = await collect(server.client.readStream(parked, { resolveLinkTos: true }));
      expect(link?.link?.metadata).toMatchObject({ reason: 'poison' });
      const again = connect();
      // What was answered just before the end may come once more; the parked one comes because it is replayed.
      const replayed = Promise.withResolvers<void>();
      again.on('data', (event) => {
        void again.ack(event);
        if (numbers([event])[0] === 1) replayed.resolve();
      });
      await server.client.replayParkedMessagesToAll(group);
      await replayed.promise;
      await until('nothing is parked', async () => (await info()).stats.parkedMessageCount === 0n);
      await again.unsubscribe();
    });
  },
);
