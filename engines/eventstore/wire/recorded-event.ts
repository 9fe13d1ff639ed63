import streams from '@eventstore/db-client/generated/streams_pb.js';
import { lengthOfBytesField, lengthOfVarint, ProtobufWriter } from './protobuf-writer.ts';

/** What an event is made of when it is recorded. */
export type EventFields = {
  /** A lower-case UUID of 36 characters. */
  readonly id: string;
  /** The stream's name in UTF-8. */
  readonly stream: Uint8Array;
  readonly revision: number | bigint;
  /** Position in `$all`; commit and prepare are the same here. */
  readonly position: number;
  readonly type: string;
  readonly contentType: string;
  /** Milliseconds since the Unix epoch. */
  readonly created: number;
  readonly customMetadata: Uint8Array;
  readonly data: Uint8Array;
};

/** `created` travels in ticks of 100 ns since the Unix epoch. */
const TICKS_PER_MILLISECOND = '0000';
const ID_LENGTH = 36;
/** Tag and length of the UUID message, then tag and length of the string in it. */
const ID_OFFSET = 4;

/**
 * Encodes `event_store.client.streams.ReadResp.ReadEvent.RecordedEvent`. This is what the log stores, so that a read
 * encodes nothing. `persistent_subscriptions.ReadResp.ReadEvent.RecordedEvent` has the same fields.
 */
export function encodeRecordedEvent(event: EventFields): Buffer {
  const fixed = 160;
  const writer = new ProtobufWriter(
    fixed +
      event.stream.length +
      Buffer.byteLength(event.type) +
      Buffer.byteLength(event.contentType) +
      event.customMetadata.length +
      event.data.length,
  );
  writer.nested(1, lengthOfBytesField(ID_LENGTH));
  writer.string(2, event.id);
  writer.nested(2, lengthOfBytesField(event.stream.length));
  writer.bytes(3, event.stream);
  writer.uint64(3, event.revision);
  writer.uint64(4, event.position);
  writer.uint64(5, event.position);
  writer.mapEntry(6, 'type', event.type);
  writer.mapEntry(6, 'content-type', event.contentType);
  writer.mapEntry(6, 'created', `${event.created}${TICKS_PER_MILLISECOND}`);
  if (event.customMetadata.length > 0) writer.bytes(7, event.customMetadata);
  if (event.data.length > 0) writer.bytes(8, event.data);
  return writer.finish();
}

/** The event id of an encoded record: the encoder always writes it first. */
export function eventIdOf(record: Buffer): string {
  return record.toString('latin1', ID_OFFSET, ID_OFFSET + ID_LENGTH);
}

/** Decodes a stored record, for the few places that look inside one. */
export function decodeRecord(record: Uint8Array): streams.ReadResp.ReadEvent.RecordedEvent {
  return streams.ReadResp.ReadEvent.RecordedEvent.deserializeBinary(record);
}

/** An event as it is sent: the record, and the link it was found through, if any. */
export type ResolvedRecord = {
  /** Missing when a link points at an event that is gone. */
  readonly record: Buffer | undefined;
  readonly position: number;
  readonly link?: Buffer;
};

/** Encodes `streams.ReadResp{event}` around a stored record. */
export function encodeReadResponse(event: ResolvedRecord): Buffer {
  return encodeResponse(event, undefined);
}

/** Encodes `persistent_subscriptions.ReadResp{event}` around a stored record. */
export function encodePersistentResponse(event: ResolvedRecord, retryCount: number): Buffer {
  return encodeResponse(event, retryCount);
}

function encodeResponse({ record, position, link }: ResolvedRecord, retryCount: number | undefined): Buffer {
  const length =
    (record ? lengthOfBytesField(record.length) : 0) +
    (link ? lengthOfBytesField(link.length) : 0) +
    1 +
    lengthOfVarint(position) +
    (retryCount ? 1 + lengthOfVarint(retryCount) : 0);
  const writer = new ProtobufWriter(length + 12);
  writer.nested(1, length);
  if (record) writer.bytes(1, record);
  if (link) writer.bytes(2, link);
  writer.presentUint64(3, position);
  if (retryCount) writer.uint64(5, retryCount);
  return writer.finish();
}
