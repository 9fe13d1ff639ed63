import { randomUUID } from 'node:crypto';
import { connect } from 'node:http2';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { connectEventStore } from '#platform/clients/eventstore';
import { MalformedResponseError } from '#platform/clients/eventstore-scan-protobuf';
import { EventStoreUnavailableError, type NewEvent } from '#platform/event-store';
import { addressOf, connectProxy, front, type Intercept, silentServer } from './scan-front.ts';
import { collect, contractServer, givenUrl, unique } from './server.ts';

const server = contractServer();
const type = unique('Connected').replace('-', '');

/** A log behind a connection string, and what it told its logger. */
function open(url: string) {
  const told: { msg: string; reason?: string }[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => told.push(JSON.parse(line)) });
  const store = connectEventStore(url, { [type]: { version: 1, schema: z.unknown() } }, log);
  onTestFinished(() => store.close());
  const numbers = async (after: bigint) =>
    (await collect(store.scan({ after, types: [type], batchSize: 4 }))).flatMap(({ events }) =>
      events.map(({ data }) => (data as { number: number }).number),
    );
  return { store, told, numbers };
}

const newEvents = (count: number): NewEvent[] =>
  Array.from({ length: count }, (_, number) => ({
    id: randomUUID(),
    type,
    data: { number },
    metadata: {
      actor: { kind: 'person', id: 'ada' },
      correlationId: 'a correlation',
      causationId: 'a cause',
      occurredAt: '2026-11-22T10:00:00.000Z',
    },
  }));

/** Ten events more in the log. @returns the position in front of them */
async function writeTen(): Promise<bigint> {
  const { store } = open(server.url);
  const after = await store.headPosition();
  await store.append(unique('connected'), newEvents(10), 'no-stream');
  return after;
}
const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** They are started in front of the embedded engine, which has neither TLS nor users: a given server may have both. */
describe.skipIf(givenUrl !== undefined)('a scan reaches the log', () => {
  test('by asking a cluster for its leader', async () => {
    const after = await writeTen();
    const { host, port } = addressOf(server.url);
    for (const hosts of [`esdb+discover://${host}:${port}`, `esdb://${host}:${port},${host}:${port}`]) {
      const { numbers, told } = open(`${hosts}?tls=false`);
      expect(await numbers(after)).toEqual(ten);
      expect(told).toEqual([]);
    }
    const nobody = open('esdb+discover://127.0.0.1:1?tls=false&maxDiscoverAttempts=1');
    await expect(nobody.numbers(after)).rejects.toBeInstanceOf(EventStoreUnavailableError);
  });

  test('over TLS, with the credentials and the connection name of the connection string', async () => {
    const after = await writeTen();
    const { host, caFile, seen } = await front(server.url, { tls: true });
    const options = `tlsCAFile=${encodeURIComponent(caFile ?? '')}&connectionName=night%20shift`;
    const { numbers, told } = open(`esdb://ada:p%40ss@${host}?${options}`);
    expect(await numbers(after)).toEqual(ten);
    expect(told).toEqual([]);
    expect(seen.map((headers) => headers['connection-name'])).toEqual(['night shift', 'night shift']);
    const basic = `Basic ${Buffer.from('ada:p@ss').toString('base64')}`;
    expect(seen.map(({ authorization }) => authorization)).toEqual([basic, basic]);

    const stranger = open(`esdb://${host}`);
    await expect(stranger.numbers(after)).rejects.toBeInstanceOf(EventStoreUnavailableError);
  });

  test('without credentials where everybody could read them', async () => {
    const after = await writeTen();
    const { host, seen } = await front(server.url);
    expect(await open(`esdb://ada:secret@${host}?tls=false`).numbers(after)).toEqual(ten);
    expect(seen.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });

  test('through a proxy as the official client does, and says so once', async () => {
    const after = await writeTen();
    const proxy = await connectProxy();
    const before = { ...process.env };
    onTestFinished(() => {
      process.env = before;
    });
    for (const name of ['no_proxy', 'NO_PROXY', 'no_grpc_proxy']) delete process.env[name];
    process.env.grpc_proxy = proxy.url;
    const { numbers, told } = open(server.url);
    expect(await numbers(after)).toEqual(ten);
    expect(await numbers(after)).toEqual(ten);
    expect(proxy.connections()).toBe(1);
    expect(told.map(({ msg }) => msg)).toEqual(['the log is scanned the slow way, with the official client']);
  });

  test('the slow way, where the server refuses to filter a read', async () => {
    const after = await writeTen();
    const unable: Intercept = ({ message, stream }) => {
      if (!streams.ReadReq.deserializeBinary(message).getOptions()?.hasFilter()) return undefined;
      stream.respond({
        'content-type': 'application/grpc',
        'grpc-status': '2',
        'grpc-message': 'no%20filters',
      });
      stream.end();
      return 'answered';
    };
    const { host } = await front(server.url, { intercept: unable });
    const { numbers, told, store } = open(`esdb://${host}?tls=false`);
    expect(await numbers(after)).toEqual(ten);
    expect(told.map(({ reason }) => reason)).toEqual([expect.stringContaining('no filters')]);

    // It has the same batches.
    const batches = await collect(store.scan({ after, types: [type], batchSize: 4 }));
    expect(batches.map(({ events }) => events.length)).toEqual([4, 4, 2]);
    expect(batches.map(({ upTo }) => upTo)).toEqual(batches.map(({ events }) => events.at(-1)?.position));
    const reason = new Error('enough');
    const aborted = collect(store.scan({ after, types: [type], signal: AbortSignal.abort(reason) }));
    await expect(aborted).rejects.toBe(reason);
    const others = await collect(store.scan({ after, types: [`${type}Never`] }));
    expect(others).toEqual([{ events: [], upTo: await store.headPosition() }]);
  });
});

/** Answers a filtered read with these bytes and then with a good end. */
const answering =
  (bytes: Buffer, status: Record<string, string> = { 'grpc-status': '0' }): Intercept =>
  ({ message, stream }) => {
    if (!streams.ReadReq.deserializeBinary(message).getOptions()?.hasFilter()) return undefined;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers(status));
    stream.end(bytes);
    return 'answered';
  };

const framed = (message: Uint8Array) => Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);

describe.skipIf(givenUrl !== undefined)('a scan ends with an error', () => {
  test.each([
    ['bytes that are no message', framed(Buffer.from([0x0a, 0x7f, 0x00]))],
    ['a compressed message', Buffer.from([1, 0, 0, 0, 1, 0])],
    ['an answer that ends inside of a message', Buffer.from([0, 0, 0, 1, 0, 0x0a])],
    ['a message of four gigabytes', Buffer.from([0, 255, 255, 255, 255])],
  ])('for %s', async (_, bytes) => {
    const { host } = await front(server.url, { intercept: answering(bytes) });
    await expect(open(`esdb://${host}?tls=false`).numbers(-1n)).rejects.toBeInstanceOf(
      MalformedResponseError,
    );
  });

  test('for an event without an id', async () => {
    const record = new streams.ReadResp.ReadEvent.RecordedEvent()
      .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('s')))
      .setCustomMetadata(
        Buffer.from(
          '{"actor":{"kind":"person","id":"a"},"occurredAt":"2026-11-22T10:00:00Z","schemaVersion":1,"$correlationId":"","$causationId":""}',
        ),
      );
    record.getMetadataMap().set('type', type);
    const response = new streams.ReadResp().setEvent(new streams.ReadResp.ReadEvent().setEvent(record));
    const bytes = Buffer.from(response.serializeBinary());
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(bytes.length, 1);
    const { host } = await front(server.url, { intercept: answering(Buffer.concat([prefix, bytes])) });
    await expect(open(`esdb://${host}?tls=false`).numbers(-1n)).rejects.toThrow(/without an id/);
  });

  test.each([
    ['an answer without a status', {}],
    ['a server that is shutting down', { 'grpc-status': '14', 'grpc-message': 'shutting down' }],
  ])('that says to try again, for %s', async (_, status) => {
    const { host } = await front(server.url, { intercept: answering(Buffer.alloc(0), status) });
    const scan = open(`esdb://${host}?tls=false`).numbers(-1n);
    await expect(scan).rejects.toBeInstanceOf(EventStoreUnavailableError);
  });

  test('that says to try again, for a server that says nothing any more', async () => {
    const { url } = await silentServer();
    const scan = open(`${url}&keepAliveInterval=50&keepAliveTimeout=50`).numbers(-1n);
    await expect(scan).rejects.toBeInstanceOf(EventStoreUnavailableError);
  });

  test('that says to try again, for something else than a log on the way to it', async () => {
    const busy: Intercept = ({ stream }) => {
      stream.respond({ ':status': 503 });
      stream.end('busy');
      return 'answered';
    };
    const { host } = await front(server.url, { intercept: busy });
    const scan = open(`esdb://${host}?tls=false`).numbers(-1n);
    await expect(scan).rejects.toBeInstanceOf(EventStoreUnavailableError);
  });
});

test.skipIf(givenUrl !== undefined)(
  'the engine sends many events in one frame, not each in its own',
  async () => {
    const { store } = open(server.url);
    const count = 400;
    await store.append(unique('connected'), newEvents(count), 'no-stream');
    const { host, port } = addressOf(server.url);
    const session = connect(`http://${host}:${port}`);
    onTestFinished(() => session.destroy());
    const call = session.request({
      ':method': 'POST',
      ':path': '/event_store.client.streams.Streams/Read',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const options = new streams.ReadReq.Options()
      .setAll(new streams.ReadReq.Options.AllOptions().setStart(new shared.Empty()))
      .setCount('1000000')
      .setNoFilter(new shared.Empty());
    call.end(framed(new streams.ReadReq().setOptions(options).serializeBinary()));
    const chunks: Buffer[] = [];
    for await (const chunk of call) chunks.push(chunk as Buffer);
    expect(chunks.length).toBeLessThan(count / 4);
  },
);
