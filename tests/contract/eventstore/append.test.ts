import { randomUUID } from 'node:crypto';
import {
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { collect, contractServer, credentials, numberedEvents, unique, upTo } from './server.ts';

const server = contractServer();

/** The client uses BatchAppend, and Append when a call carries credentials: both have to behave the same. */
const ways = [
  { name: 'BatchAppend', options: {} },
  { name: 'Append', options: { credentials: credentials() } },
] as const;

const bytesOf = (value: unknown) => [...z.instanceof(Uint8Array).parse(value)];

async function readAllOf(client: EventStoreDBClient, stream: string) {
  return (await collect(client.readStream(stream))).map(({ event }) => event);
}

describe.each(ways)('$name', ({ options }) => {
  test('an event comes back as it was appended', async () => {
    const stream = unique('document');
    const id = randomUUID();
    const before = Date.now();
    const appended = await server.client.appendToStream(
      stream,
      jsonEvent({
        id,
        type: 'DocumentUploaded',
        data: { name: 'Gutachten Ä.pdf' },
        metadata: { actor: 'person' },
      }),
      options,
    );
    expect(appended.success).toBe(true);
    expect(appended.nextExpectedRevision).toBe(0n);
    const [event] = await readAllOf(server.client, stream);
    expect(event).toMatchObject({
      id,
      streamId: stream,
      revision: 0n,
      type: 'DocumentUploaded',
      isJson: true,
      data: { name: 'Gutachten Ä.pdf' },
      metadata: { actor: 'person' },
      position: appended.position,
    });
    expect(event?.created.getTime()).toBeGreaterThanOrEqual(before - 1000);
    expect(event?.created.getTime()).toBeLessThanOrEqual(Date.now() + 1000);
  });

  test('binary data and metadata, names beyond ASCII, and empty data are kept', async () => {
    const stream = unique('Akte Ö✓');
    const bytes = Uint8Array.from([0, 255, 1, 128]);
    await server.client.appendToStream(
      stream,
      [
        binaryEvent({ type: 'Größe', data: bytes, metadata: bytes }),
        binaryEvent({ type: 'Empty', data: new Uint8Array() }),
      ],
      options,
    );
    const [first, second] = await readAllOf(server.client, stream);
    expect(first).toMatchObject({ streamId: stream, type: 'Größe', isJson: false });
    expect(bytesOf(first?.data)).toEqual([...bytes]);
    expect(bytesOf(first?.metadata)).toEqual([...bytes]);
    expect(bytesOf(second?.data)).toEqual([]);
  });

  test('many events in one append follow each other, in the stream and in the log', async () => {
    const stream = unique('case');
    const { nextExpectedRevision, position } = await server.client.appendToStream(
      stream,
      numberedEvents(100),
      options,
    );
    expect(nextExpectedRevision).toBe(99n);
    const events = await readAllOf(server.client, stream);
    expect(events.map((event) => event?.revision)).toEqual(upTo(100).map(BigInt));
    const positions = events.map((event) => event?.position?.commit ?? 0n);
    expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
    expect(new Set(positions).size).toBe(100);
    expect(positions.at(-1)).toBe(position?.commit);
  });

  test('no_stream is refused when there is one, and says where it is', async () => {
    const stream = unique('case');
    const expected = { ...options, expectedRevision: 'no_stream' } as const;
    await server.client.appendToStream(stream, numberedEvents(2), expected);
    const error = await server.client.appendToStream(stream, numberedEvents(1), expected).catch((e) => e);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 'no_stream', actualVersion: 1n });
  });

  test('stream_exists is refused when there is none', async () => {
    const stream = unique('case');
    const expected = { ...options, expectedRevision: 'stream_exists' } as const;
    const error = await server.client.appendToStream(stream, numberedEvents(1), expected).catch((e) => e);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ expectedVersion: 'stream_exists', actualVersion: 'no_stream' });
    await server.client.appendToStream(stream, numberedEvents(1), options);
    const { nextExpectedRevision } = await server.client.appendToStream(stream, numberedEvents(1), expected);
    expect(nextExpectedRevision).toBe(1n);
  });

  test('an exact revision has to be the last one', async () => {
    const stream = unique('case');
    await server.client.appendToStream(stream, numberedEvents(3), options);
    for (const expectedRevision of [0n, 1n, 3n, 99n]) {
      const error = await server.client
        .appendToStream(stream, numberedEvents(1), { ...options, expectedRevision })
        .catch((e) => e);
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ expectedVersion: expectedRevision, actualVersion: 2n });
    }
    const { nextExpectedRevision } = await server.client.appendToStream(stream, numberedEvents(1), {
      ...options,
      expectedRevision: 2n,
    });
    expect(nextExpectedRevision).toBe(3n);
  });

  test('an exact revision of a stream that is not there', async () => {
    const stream = unique('case');
    const error = await server.client
      .appendToStream(stream, numberedEvents(1), { ...options, expectedRevision: 4n })
      .catch((e) => e);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ expectedVersion: 4n, actualVersion: 'no_stream' });
  });

  test.each(['any', 'no_stream', 'stream_exists', 'exact'] as const)(
    'the same events again change nothing and get the same answer (%s)',
    async (kind) => {
      const stream = unique('case');
      const first = await server.client.appendToStream(stream, numberedEvents(1), options);
      const expectedRevision = kind === 'exact' ? first.nextExpectedRevision : kind;
      const target = kind === 'no_stream' ? unique('case') : stream;
      const events = numberedEvents(3);
      const once = await server.client.appendToStream(target, events, { ...options, expectedRevision });
      await server.client.appendToStream(target, numberedEvents(2), options);
      const twice = await server.client.appendToStream(target, events, { ...options, expectedRevision });
      expect(twice.nextExpectedRevision).toBe(once.nextExpectedRevision);
      const count = (await readAllOf(server.client, target)).length;
      expect(count).toBe(kind === 'no_stream' ? 5 : 6);
    },
  );

  test('a repeated append with one event more is refused, and nothing of it is written', async () => {
    const stream = unique('case');
    const events = numberedEvents(2);
    await server.client.appendToStream(stream, events, { ...options, expectedRevision: 'no_stream' });
    const error = await server.client
      .appendToStream(stream, [...events, ...numberedEvents(1)], {
        ...options,
        expectedRevision: 'no_stream',
      })
      .catch((e) => e);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(await readAllOf(server.client, stream)).toHaveLength(2);
  });

  test('two writers with the same expectation: one gets through', async () => {
    const stream = unique('case');
    await server.client.appendToStream(stream, numberedEvents(1), options);
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () =>
        server.client.appendToStream(stream, numberedEvents(1), { ...options, expectedRevision: 0n }),
      ),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await readAllOf(server.client, stream)).toHaveLength(2);
  });

  test('an append of 900 KB is taken; one beyond what the server takes gets a clear error, and the next one works', async () => {
    const stream = unique('document');
    const large = binaryEvent({ type: 'Large', data: new Uint8Array(900_000).fill(7) });
    await server.client.appendToStream(stream, large, options);
    const [event] = await readAllOf(server.client, stream);
    expect(bytesOf(event?.data).length).toBe(900_000);
    // EventStoreDB takes a megabyte unless it is told otherwise (`MaxAppendSize`).
    const huge = binaryEvent({ type: 'Large', data: new Uint8Array(6_000_000) });
    const answer = await server.client.appendToStream(stream, huge, options).catch((e) => e);
    if (!(answer instanceof Error)) return expect(answer.nextExpectedRevision).toBe(1n);
    expect(answer).toBeInstanceOf(MaxAppendSizeExceededError);
    const next = await server.client.appendToStream(stream, numberedEvents(1), options);
    expect(next.nextExpectedRevision).toBe(1n);
  });

  test('an append of a bad event id is refused, and the next one works', async () => {
    const bad = jsonEvent({ id: 'not-a-uuid', type: 'Odd', data: {} });
    await expect(server.client.appendToStream(unique('case'), bad, options)).rejects.toThrow();
    const good = numberedEvents(1);
    await expect
      .poll(() => server.client.appendToStream(unique('case'), good, options).catch((error) => error))
      .toMatchObject({ nextExpectedRevision: 0n });
  });
});

test('a thousand appends at once are all answered, each once', async () => {
  const streams = Array.from({ length: 20 }, () => unique('case'));
  const results = await Promise.all(
    Array.from({ length: 1000 }, (_, n) =>
      server.client.appendToStream(streams[n % 20] ?? '', numberedEvents(1, 'Numbered', n)),
    ),
  );
  expect(new Set(results.map((result) => result.position?.commit)).size).toBe(1000);
  for (const stream of streams) expect(await readAllOf(server.client, stream)).toHaveLength(50);
});
