import { convertGrpcEvent } from '@eventstore/db-client/dist/utils/convertGrpcEvent.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { EventDefinitions, RecordedEvent } from '#domain/event';
import { createEventDecoder } from './eventstore-scan-decoder.ts';
import { createFrameReader } from './eventstore-scan-frames.ts';
import { MalformedResponseError } from './eventstore-scan-protobuf.ts';
import { fromWire } from './eventstore-wire.ts';

const registry: EventDefinitions = {
  Plain: { version: 3, schema: z.unknown(), upcasters: { 1: (data) => data, 2: (data) => data } },
  PlainToo: { version: 3, schema: z.unknown(), upcasters: { 1: (data) => data, 2: (data) => data } },
  Grün: {
    version: 3,
    schema: z.unknown(),
    upcasters: { 1: (data) => ({ from1: data }), 2: (data) => ({ from2: data }) },
  },
};
const asked = ['Plain', 'Grün', 'Unheard'];

/** What the official client and `fromWire` make of a response. */
function expectedOf(bytes: Uint8Array): RecordedEvent | undefined {
  const readEvent = streams.ReadResp.deserializeBinary(bytes).getEvent();
  const event = readEvent && convertGrpcEvent(readEvent).event;
  const found = event && fromWire(event as Parameters<typeof fromWire>[0], registry);
  return found && asked.includes(found.type) ? found : undefined;
}

const uint64 = fc
  .oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 127, 128, 2 ** 49 - 1, 2 ** 49).map(Number))
  .map(String);
const largest = fc.constantFrom(
  '9007199254740991',
  '9007199254740993',
  '18446744073709551615',
  '9223372036854775807',
);
const json = fc.jsonValue().map((value) => JSON.stringify(value));
const metadataText = fc
  .record({
    caseId: fc.string({ unit: 'grapheme' }),
    actor: fc.constant({ kind: 'person', id: 'ada' }),
    occurredAt: fc.constant('2026-11-22T10:00:00.000Z'),
    schemaVersion: fc.integer({ min: 1, max: 3 }),
    $correlationId: fc.string({ unit: 'grapheme' }),
    $causationId: fc.uuid(),
  })
  .map((metadata) => JSON.stringify(metadata));

const response = fc
  .record({
    id: fc.uuid({ version: [1, 4, 5] }),
    structured: fc.boolean(),
    stream: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    revision: fc.oneof(uint64, largest),
    position: fc.oneof(uint64, largest),
    type: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('Plain', 'Grün') },
      fc.constantFrom('PlainToo', 'Unheard', '$>', ''),
    ),
    contentType: fc.constantFrom(
      'application/json',
      'application/json',
      'application/octet-stream',
      undefined,
    ),
    created: fc.oneof(
      fc.nat({ max: 8e12 }).map((milliseconds) => `${milliseconds}1234`),
      fc.constantFrom(
        '0',
        '',
        '9999',
        '10000',
        '-10000',
        '0x10000',
        ' 20000 ',
        'soon',
        '1'.repeat(30),
        '86400000000000000000',
        '86400000000000010000',
        undefined,
      ),
    ),
    metadata: fc.oneof({ weight: 5, arbitrary: metadataText }, json, fc.string(), fc.constant('')),
    data: fc.oneof({ weight: 5, arbitrary: json }, fc.string({ unit: 'binary' }), fc.constant('')),
    link: fc.boolean(),
    withPosition: fc.boolean(),
  })
  .map((fields) => {
    const id = new shared.UUID();
    const halves = Buffer.from(fields.id.replaceAll('-', ''), 'hex');
    if (fields.structured)
      id.setStructured(
        new shared.UUID.Structured()
          .setMostSignificantBits(`${halves.readBigInt64BE(0)}`)
          .setLeastSignificantBits(`${halves.readBigInt64BE(8)}`),
      );
    else id.setString(fields.id);
    const record = new streams.ReadResp.ReadEvent.RecordedEvent()
      .setId(id)
      .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(fields.stream)))
      .setStreamRevision(fields.revision)
      .setCommitPosition(fields.position)
      .setPreparePosition(fields.position)
      .setCustomMetadata(Buffer.from(fields.metadata))
      .setData(Buffer.from(fields.data));
    const system = record.getMetadataMap();
    system.set('type', fields.type);
    system.set('other', 'of a newer server');
    if (fields.contentType) system.set('content-type', fields.contentType);
    if (fields.created !== undefined) system.set('created', fields.created);
    const event = new streams.ReadResp.ReadEvent().setEvent(record);
    if (fields.link) event.setLink(record);
    if (fields.withPosition) event.setCommitPosition(fields.position);
    else event.setNoPosition(new shared.Empty());
    return Buffer.from(new streams.ReadResp().setEvent(event).serializeBinary());
  });

const framed = (message: Buffer) => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

test('messages are decoded as the official client and fromWire decode them, however they are cut', () => {
  let decoded = 0;
  fc.assert(
    fc.property(
      fc.array(response, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (messages, cuts) => {
        const decode = createEventDecoder(asked, registry);
        const found: unknown[] = [];
        const frames = createFrameReader((buffer, start, end) => {
          const { event, position } = decode(buffer, start, end);
          found.push({ event, position: position === undefined ? undefined : BigInt(position) });
        });
        const bytes = Buffer.concat(messages.map(framed));
        const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        for (const [index, place] of places.entries())
          frames.push(bytes.subarray(places[index - 1] ?? 0, place));
        frames.end();
        const expected = messages.map((message) => {
          const record = streams.ReadResp.deserializeBinary(message).getEvent()?.getEvent();
          return { event: expectedOf(message), position: BigInt(record?.getCommitPosition() ?? 0) };
        });
        expect(found).toStrictEqual(expected);
        decoded += expected.filter(({ event }) => event).length;
      },
    ),
    { numRuns: 400 },
  );
  expect(decoded).toBeGreaterThan(400);
});

test('what else the protocol can answer is no event', () => {
  const decode = createEventDecoder(asked, registry);
  const answers = [
    new streams.ReadResp().setConfirmation(
      new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId('s'),
    ),
    new streams.ReadResp().setCheckpoint(new streams.ReadResp.Checkpoint().setCommitPosition('7')),
    new streams.ReadResp().setLastAllStreamPosition(new shared.AllStreamPosition().setCommitPosition('7')),
    new streams.ReadResp().setFirstStreamPosition('5'),
    new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()),
    new streams.ReadResp().setEvent(new streams.ReadResp.ReadEvent()),
    new streams.ReadResp(),
  ];
  for (const answer of answers) {
    const bytes = Buffer.from(answer.serializeBinary());
    expect(decode(bytes, 0, bytes.length)).toEqual({ event: undefined, position: undefined });
  }
});

function outcomeOf(buffer: Buffer, end: number): unknown {
  try {
    return { ...createEventDecoder(asked, registry)(buffer, 0, end) };
  } catch (error) {
    return error;
  }
}

test('bytes that are no message end with an error that says so, never with another and never in a loop', () => {
  let malformed = 0;
  const damage = fc.record({
    place: fc.nat(),
    removed: fc.nat(4),
    inserted: fc.uint8Array({ maxLength: 12 }),
  });
  const damaged = fc
    .tuple(response, fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([message, damages]) =>
      damages.reduce((bytes, { place, removed, inserted }) => {
        const at = place % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
      }, message),
    );
  fc.assert(
    fc.property(
      fc.oneof(
        damaged,
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      ),
      (bytes) => {
        const alone = outcomeOf(bytes, bytes.length);
        if (alone instanceof MalformedResponseError) malformed++;
        // A version that is too new is the other thing that can be wrong with an event.
        else if (alone instanceof Error) expect(String(alone)).toMatch(/was written as version/);
        // What lies behind a message is another one: it must not be read.
        expect(outcomeOf(Buffer.concat([bytes, Buffer.alloc(20, 1)]), bytes.length)).toEqual(alone);
      },
    ),
    { numRuns: 5000 },
  );
  expect(malformed).toBeGreaterThan(1000);
});

test.each([
  ['a compressed message', [1, 0, 0, 0, 1, 0], /compressed/],
  ['a message that is too large', [0, 255, 0, 0, 0], /too large/],
  ['an end inside of a message', [0, 0, 0, 0, 2, 0], /ends inside/],
  ['an end inside of a prefix', [0, 0], /ends inside/],
])('%s is an error', (_, bytes, message) => {
  const read = () => {
    const frames = createFrameReader(() => {});
    frames.push(Buffer.from(bytes));
    frames.end();
  };
  expect(read).toThrow(MalformedResponseError);
  expect(read).toThrow(message);
});

test('a version newer than this code knows is an error, as it is for every other reader', () => {
  const record = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString('d7a2b6f0-0000-4000-8000-000000000000'))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('s')))
    .setCustomMetadata(
      Buffer.from(
        '{"actor":{"kind":"person","id":"ada"},"occurredAt":"2026-11-22T10:00:00Z","schemaVersion":4,"$correlationId":"","$causationId":""}',
      ),
    );
  record.getMetadataMap().set('type', 'Plain');
  const event = new streams.ReadResp.ReadEvent().setEvent(record);
  const bytes = Buffer.from(new streams.ReadResp().setEvent(event).serializeBinary());
  expect(() => expectedOf(bytes)).toThrow('Upgrade Casefold');
  expect(() => createEventDecoder(asked, registry)(bytes, 0, bytes.length)).toThrow('Upgrade Casefold');
});
