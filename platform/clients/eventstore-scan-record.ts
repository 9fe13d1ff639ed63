import type { ProtobufCursor } from './eventstore-scan-protobuf.ts';

/** Tags of `event_store.client.streams.ReadResp` and of the messages in it. */
const inResponse = { event: 0x0a } as const;
const inEvent = { recorded: 0x0a } as const;
const inRecorded = {
  id: 0x0a,
  stream: 0x12,
  revision: 0x18,
  commit: 0x28,
  metadata: 0x32,
  customMetadata: 0x3a,
  data: 0x42,
} as const;
const inUuid = { structured: 0x0a, text: 0x12 } as const;
const inStructured = { high: 0x08, low: 0x10 } as const;
const inStreamIdentifier = { name: 0x1a } as const;
const inMapEntry = { key: 0x0a, value: 0x12 } as const;

/** Keys of the system's own metadata. */
const inMetadata = {
  type: Buffer.from('type'),
  created: Buffer.from('created'),
  contentType: Buffer.from('content-type'),
};

/** A part of a buffer; empty where a field is missing. */
export type Span = { start: number; end: number };

/** Where the parts of one recorded event lie in its buffer. Used again for each event: nothing is made to look at one. */
export type RecordView = {
  buffer: Buffer;
  /** The id as text, or as its two halves. */
  readonly idText: Span;
  idHalves: readonly [high: bigint, low: bigint] | undefined;
  readonly stream: Span;
  revision: number | bigint;
  position: number | bigint;
  readonly type: Span;
  readonly contentType: Span;
  readonly created: Span;
  readonly customMetadata: Span;
  readonly data: Span;
};

export function newRecordView(): RecordView {
  const none = () => ({ start: 0, end: 0 });
  return {
    buffer: Buffer.alloc(0),
    idText: none(),
    idHalves: undefined,
    stream: none(),
    revision: 0,
    position: 0,
    type: none(),
    contentType: none(),
    created: none(),
    customMetadata: none(),
    data: none(),
  };
}

/**
 * Finds the recorded event in a `ReadResp`.
 *
 * @param cursor set on the whole message
 * @returns false if it holds none: the protocol has other answers as well
 * @throws {MalformedResponseError}
 */
export function findRecord(cursor: ProtobufCursor, view: RecordView): boolean {
  let found = false;
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === inResponse.event) found = within(cursor, findInEvent, view);
    else cursor.skip(tag);
  }
  return found;
}

function findInEvent(cursor: ProtobufCursor, view: RecordView): boolean {
  let found = false;
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === inEvent.recorded) found = within(cursor, readRecorded, view);
    else cursor.skip(tag);
  }
  return found;
}

function readRecorded(cursor: ProtobufCursor, view: RecordView): boolean {
  clear(view, cursor.buffer);
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === inRecorded.metadata) within(cursor, readMapEntry, view);
    else if (tag === inRecorded.data) toSpan(cursor, view.data);
    else if (tag === inRecorded.customMetadata) toSpan(cursor, view.customMetadata);
    else if (tag === inRecorded.id) within(cursor, readUuid, view);
    else if (tag === inRecorded.stream) within(cursor, readStreamIdentifier, view);
    else if (tag === inRecorded.revision) view.revision = cursor.uint64();
    else if (tag === inRecorded.commit) view.position = cursor.uint64();
    else cursor.skip(tag);
  }
  return true;
}

function readUuid(cursor: ProtobufCursor, view: RecordView): void {
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === inUuid.text) toSpan(cursor, view.idText);
    else if (tag === inUuid.structured) within(cursor, readHalves, view);
    else cursor.skip(tag);
  }
}

function readHalves(cursor: ProtobufCursor, view: RecordView): void {
  let [high, low] = [0n, 0n];
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === inStructured.high) high = BigInt(cursor.uint64());
    else if (tag === inStructured.low) low = BigInt(cursor.uint64());
    else cursor.skip(tag);
  }
  view.idHalves = [high, low];
}

function readStreamIdentifier(cursor: ProtobufCursor, view: RecordView): void {
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === inStreamIdentifier.name) toSpan(cursor, view.stream);
    else cursor.skip(tag);
  }
}

const key: Span = { start: 0, end: 0 };
const value: Span = { start: 0, end: 0 };

function readMapEntry(cursor: ProtobufCursor, view: RecordView): void {
  key.start = key.end = value.start = value.end = 0;
  while (cursor.at < cursor.end) {
    const tag = cursor.tag();
    if (tag === inMapEntry.key) toSpan(cursor, key);
    else if (tag === inMapEntry.value) toSpan(cursor, value);
    else cursor.skip(tag);
  }
  const { buffer } = cursor;
  if (isAt(inMetadata.type, buffer, key)) copySpan(value, view.type);
  else if (isAt(inMetadata.created, buffer, key)) copySpan(value, view.created);
  else if (isAt(inMetadata.contentType, buffer, key)) copySpan(value, view.contentType);
}

/** Reads a message inside of the message, and goes on behind it. */
function within<Result>(
  cursor: ProtobufCursor,
  read: (cursor: ProtobufCursor, view: RecordView) => Result,
  view: RecordView,
): Result {
  const outerEnd = cursor.end;
  cursor.end = cursor.enter();
  const result = read(cursor, view);
  cursor.end = outerEnd;
  return result;
}

function toSpan(cursor: ProtobufCursor, span: Span): void {
  const end = cursor.enter();
  span.start = cursor.at;
  span.end = end;
  cursor.at = end;
}

/** Compares where the bytes lie: most names are told apart by their length. */
export function isAt(bytes: Buffer, buffer: Buffer, { start, end }: Span): boolean {
  if (end - start !== bytes.length) return false;
  for (let index = 0; index < bytes.length; index++) if (buffer[start + index] !== bytes[index]) return false;
  return true;
}

const copySpan = (from: Span, to: Span): void => {
  to.start = from.start;
  to.end = from.end;
};

function clear(view: RecordView, buffer: Buffer): void {
  view.buffer = buffer;
  view.idHalves = undefined;
  view.revision = 0;
  view.position = 0;
  for (const span of [view.idText, view.stream, view.type, view.contentType, view.created])
    span.start = span.end = 0;
  view.customMetadata.start = view.customMetadata.end = view.data.start = view.data.end = 0;
}
