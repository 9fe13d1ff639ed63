import { StreamNotFoundError } from '@eventstore/db-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { collect, contractServer, numberedEvents, numbers, unique, upTo } from './server.ts';

const server = contractServer();

describe('a stream', () => {
  const stream = unique('case');
  beforeAll(async () => {
    await server.client.appendToStream(stream, numberedEvents(1200));
  });
  const read = async (options: Parameters<typeof server.client.readStream>[1]) =>
    numbers(await collect(server.client.readStream(stream, options)));

  test('is read from its start, over many pages', async () => {
    expect(await read({})).toEqual(upTo(1200));
  });

  test('is read backwards from its end', async () => {
    expect(await read({ direction: 'backwards', fromRevision: 'end' })).toEqual(upTo(1200).toReversed());
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

  type Read = { event?: { streamId: string; data: unknown; position: { commit: bigint } } };
  /** The events of this suite among those read, once there are so many: the log may be long, and others write to it. */
  async function own(read: AsyncIterable<Read> & { cancel(): Promise<void> }, count: number) {
    const found: Read[] = [];
    for await (const each of read) {
      if (each.event?.streamId.startsWith(prefix)) found.push(each);
      if (found.length === count) break;
    }
    await read.cancel();
    return found;
  }
  const backwards = (options: { fromPosition: 'end' | typeof first; maxCount?: number }) =>
    server.client.readAll({ ...options, direction: 'backwards' });

  test('is read forwards from a position, that event included', async () => {
    const [event] = await collect(server.client.readAll({ fromPosition: first, maxCount: 1 }));
    expect(event?.event?.position).toEqual(first);
    expect(numbers(await own(server.client.readAll({ fromPosition: first }), 10))).toEqual(upTo(10));
  });

  test('is read backwards from a position, that event left out', async () => {
    const [event] = await collect(backwards({ fromPosition: last, maxCount: 1 }));
    expect(event?.event?.position?.commit).toBeLessThan(last.commit);
    expect(numbers(await own(backwards({ fromPosition: last }), 9))).toEqual(upTo(9).toReversed());
  });

  test('is read backwards from its end', async () => {
    expect(numbers(await own(backwards({ fromPosition: 'end' }), 10))).toEqual(upTo(10).toReversed());
  });

  test('has its events in one order, whichever way it is read', async () => {
    const forwards = await own(server.client.readAll({ fromPosition: first }), 10);
    const positions = forwards.map(({ event }) => event?.position.commit ?? 0n);
    expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
    expect(new Set(positions).size).toBe(10);
  });

  test('names the same position for an event as its stream does', async () => {
    const inAll = await own(server.client.readAll({ fromPosition: first }), 10);
    const inStream = await collect(server.client.readStream(`${prefix}-b`));
    expect(inStream.map(({ event }) => event?.position)).toEqual(
      inAll.filter(({ event }) => event?.streamId === `${prefix}-b`).map(({ event }) => event?.position),
    );
  });

  test('stops after maxCount, and goes on behind the last position', async () => {
    const seen: (string | undefined)[] = [];
    let from = first;
    while (from.commit < last.commit) {
      const page = await collect(server.client.readAll({ fromPosition: from, maxCount: 4 }));
      expect(page.length).toBeLessThanOrEqual(4);
      const fresh = page.filter(({ event }) => !seen.includes(event?.id));
      expect(fresh.length).toBeGreaterThan(0);
      seen.push(...fresh.map(({ event }) => event?.id));
      from = fresh.at(-1)?.event?.position ?? from;
    }
    expect(seen.length).toBeGreaterThanOrEqual(10);
  });

  test('forwards from its end is empty', async () => {
    const events = await collect(server.client.readAll({ fromPosition: 'end' }));
    expect(events.filter(({ event }) => event?.streamId.startsWith(prefix))).toEqual([]);
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
