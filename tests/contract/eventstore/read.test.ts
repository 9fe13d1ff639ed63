import { StreamNotFoundError } from '@eventstore/db-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { collect, contractServer, numberedEvents, numbers, unique } from './server.ts';

const server = contractServer();

describe('a stream', () => {
  const stream = unique('case');
  beforeAll(async () => {
    await server.client.appendToStream(stream, numberedEvents(1200));
  });
  const read = async (options: Parameters<typeof server.client.readStream>[1]) =>
    numbers(await collect(server.client.readStream(stream, options)));

  test('is read from its start, over many pages', async () => {
    expect(await read({})).toEqual(Array.from({ length: 1200 }, (_, n) => n));
  });

  test('is read backwards from its end', async () => {
    expect(await read({ direction: 'backwards', fromRevision: 'end' })).toEqual(
      Array.from({ length: 1200 }, (_, n) => 1199 - n),
    );
  });

  test.each([
    ['forwards', 'start', 3, [0, 1, 2]],
    ['forwards', 5n, 3, [5, 6, 7]],
    ['forwards', 1198n, 10, [1198, 1199]],
    ['forwards', 1200n, 10, []],
    ['forwards', 5000n, 10, []],
    ['backwards', 'end', 2, [1199, 1198]],
    ['backwards', 5n, 3, [5, 4, 3]],
    ['backwards', 1n, 10, [1, 0]],
    ['backwards', 'start', 10, [0]],
  ] as const)('%s from %s, at most %i', async (direction, fromRevision, maxCount, expected) => {
    expect(await read({ direction, fromRevision, maxCount })).toEqual(expected);
  });

  test('that is not there is an error of its own', async () => {
    const missing = unique('case');
    const error = await collect(server.client.readStream(missing)).catch((e) => e);
    expect(error).toBeInstanceOf(StreamNotFoundError);
  });
});

describe('$all', () => {
  const prefix = unique('all');
  let first = { commit: 0n, prepare: 0n };
  let last = { commit: 0n, prepare: 0n };

  beforeAll(async () => {
    const streams = [`${prefix}-a`, `${prefix}-b`];
    for (let n = 0; n < 10; n++) {
      const { position } = await server.client.appendToStream(
        streams[n % 2] ?? '',
        numberedEvents(1, 'Mixed', n),
      );
      if (!position) throw new Error('An append answers with its position.');
      if (n === 0) first = position;
      last = position;
    }
  });

  /** The events of this suite among those read: other streams may be written at the same time. */
  const own = (events: readonly { event?: { streamId: string; data: unknown } }[]) =>
    numbers(events.filter(({ event }) => event?.streamId.startsWith(prefix)));

  test('is read forwards from a position, that event included', async () => {
    const events = await collect(server.client.readAll({ fromPosition: first }));
    expect(events[0]?.event?.position).toEqual(first);
    expect(own(events)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('is read backwards from a position, that event left out', async () => {
    const events = await collect(
      server.client.readAll({ direction: 'backwards', fromPosition: last, maxCount: 9 }),
    );
    expect(own(events)).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('is read backwards from its end', async () => {
    const events = await collect(server.client.readAll({ direction: 'backwards', fromPosition: 'end' }));
    expect(own(events)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('has its events in one order, whichever way it is read', async () => {
    const forwards = await collect(server.client.readAll({ fromPosition: first }));
    const positions = forwards.map(({ event }) => event?.position?.commit ?? 0n);
    expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
  });

  test('stops after maxCount, and goes on behind the last position', async () => {
    const seen: (string | undefined)[] = [];
    let from = first;
    for (;;) {
      const page = await collect(server.client.readAll({ fromPosition: from, maxCount: 4 }));
      const fresh = page.filter(({ event }) => !seen.includes(event?.id));
      if (fresh.length === 0) break;
      seen.push(...fresh.map(({ event }) => event?.id));
      from = fresh.at(-1)?.event?.position ?? from;
    }
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('forwards from its end is empty', async () => {
    expect(own(await collect(server.client.readAll({ fromPosition: 'end' })))).toEqual([]);
  });
});

test('a read that is given up half way ends quietly', async () => {
  const stream = unique('case');
  await server.client.appendToStream(stream, numberedEvents(3000));
  let count = 0;
  for await (const _ of server.client.readStream(stream)) if (++count === 10) break;
  expect(count).toBe(10);
  expect(await collect(server.client.readStream(stream))).toHaveLength(3000);
});
