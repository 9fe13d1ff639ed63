import {
  binaryEvent,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { describe, expect, test } from 'vitest';
import { collect, contractServer, credentials, numberedEvents, numbers, unique } from './server.ts';

const server = contractServer();

const read = (stream: string) => collect(server.client.readStream(stream));

async function newStream(count: number): Promise<string> {
  const stream = unique('case');
  await server.client.appendToStream(stream, numberedEvents(count));
  return stream;
}

describe('a soft delete', () => {
  test('hides the stream, and the next append brings it back without the old events', async () => {
    const stream = await newStream(3);
    const { position } = await server.client.deleteStream(stream);
    expect(position?.commit).toBeGreaterThan(0n);
    await expect(read(stream)).rejects.toBeInstanceOf(StreamNotFoundError);

    const { nextExpectedRevision } = await server.client.appendToStream(
      stream,
      numberedEvents(2, 'Numbered', 3),
      {
        expectedRevision: 'no_stream',
      },
    );
    expect(nextExpectedRevision).toBe(4n);
    const events = await read(stream);
    expect(numbers(events)).toEqual([3, 4]);
    expect(events.map(({ event }) => event?.revision)).toEqual([3n, 4n]);
  });

  test('keeps the other metadata of the stream', async () => {
    const stream = await newStream(3);
    await server.client.setStreamMetadata(stream, { maxCount: 2, owner: 'auditor' });
    await server.client.deleteStream(stream);
    await server.client.appendToStream(stream, numberedEvents(3, 'Numbered', 3));
    expect((await server.client.getStreamMetadata(stream)).metadata).toMatchObject({
      maxCount: 2,
      owner: 'auditor',
    });
    expect(numbers(await read(stream))).toEqual([4, 5]);
  });

  test('checks the expected revision', async () => {
    const stream = await newStream(3);
    const error = await server.client.deleteStream(stream, { expectedRevision: 1n }).catch((e) => e);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 1n, actualVersion: 2n });
    const noStream = server.client.deleteStream(stream, { expectedRevision: 'no_stream' });
    await expect(noStream).rejects.toBeInstanceOf(WrongExpectedVersionError);
    expect(await read(stream)).toHaveLength(3);
    await server.client.deleteStream(stream, { expectedRevision: 2n });
    await expect(read(stream)).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  test('leaves the events in $all', async () => {
    const stream = unique('case');
    const { position } = await server.client.appendToStream(stream, numberedEvents(1));
    await server.client.deleteStream(stream);
    const [first] = await collect(server.client.readAll({ fromPosition: position ?? 'start', maxCount: 1 }));
    expect(first?.event?.streamId).toBe(stream);
  });
});

describe('a tombstone', () => {
  test('closes the stream for good', async () => {
    const stream = unique('Akte Ö');
    await server.client.appendToStream(stream, numberedEvents(2));
    await server.client.tombstoneStream(stream, { expectedRevision: 1n });
    await expect(read(stream)).rejects.toBeInstanceOf(StreamDeletedError);
    for (const options of [{}, { credentials: credentials() }, { expectedRevision: 'no_stream' as const }]) {
      const error = await server.client.appendToStream(stream, numberedEvents(1), options).catch((e) => e);
      expect(error).toBeInstanceOf(StreamDeletedError);
    }
    await expect(server.client.deleteStream(stream)).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(collect(server.client.subscribeToStream(stream))).rejects.toBeInstanceOf(StreamDeletedError);
  });

  test('checks the expected revision', async () => {
    const stream = await newStream(2);
    const error = await server.client.tombstoneStream(stream, { expectedRevision: 7n }).catch((e) => e);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(await read(stream)).toHaveLength(2);
  });
});

describe('stream metadata', () => {
  test('is set, read and replaced; there is none before', async () => {
    const stream = await newStream(1);
    expect((await server.client.getStreamMetadata(stream)).metadata).toBeUndefined();
    await server.client.setStreamMetadata(stream, { maxCount: 5, owner: 'analyst' });
    await server.client.setStreamMetadata(stream, { maxCount: 7, owner: 'auditor' });
    expect((await server.client.getStreamMetadata(stream)).metadata).toEqual({
      maxCount: 7,
      owner: 'auditor',
    });
  });

  test('maxCount shows the newest only, in both directions', async () => {
    const stream = await newStream(10);
    await server.client.setStreamMetadata(stream, { maxCount: 3 });
    expect(numbers(await read(stream))).toEqual([7, 8, 9]);
    const backwards = server.client.readStream(stream, { direction: 'backwards', fromRevision: 'end' });
    expect(numbers(await collect(backwards))).toEqual([9, 8, 7]);
    await server.client.appendToStream(stream, numberedEvents(1, 'Numbered', 10));
    expect(numbers(await read(stream))).toEqual([8, 9, 10]);
  });

  test('truncateBefore hides what is older', async () => {
    const stream = await newStream(10);
    await server.client.setStreamMetadata(stream, { truncateBefore: 6 });
    expect(numbers(await read(stream))).toEqual([6, 7, 8, 9]);
  });

  test('maxAge hides what is too old, and nothing newer', async () => {
    const stream = await newStream(3);
    await server.client.setStreamMetadata(stream, { maxAge: 3600 });
    expect(await read(stream)).toHaveLength(3);
    await server.client.setStreamMetadata(stream, { maxAge: 1 });
    await expect.poll(async () => (await read(stream)).length, { timeout: 10_000 }).toBe(0);
  });
});

test('a link is followed where it is asked for', async () => {
  const target = await newStream(3);
  const links = unique('links');
  await server.client.appendToStream(links, binaryEvent({ type: '$>', data: Buffer.from(`1@${target}`) }));
  const [resolved] = await collect(server.client.readStream(links, { resolveLinkTos: true }));
  expect(resolved?.event).toMatchObject({ streamId: target, revision: 1n, data: { number: 1 } });
  expect(resolved?.link).toMatchObject({ streamId: links, type: '$>' });
  const [plain] = await collect(server.client.readStream(links));
  expect(plain?.event?.type).toBe('$>');
  expect(plain?.link).toBeUndefined();
});
