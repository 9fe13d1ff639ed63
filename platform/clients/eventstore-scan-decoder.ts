import {
  type EventDefinition,
  type EventDefinitions,
  type EventMetadata,
  type RecordedEvent,
  upcast,
} from '#domain/event';
import { MalformedResponseError, ProtobufCursor } from './eventstore-scan-protobuf.ts';
import { findRecord, isAt, newRecordView, type RecordView, type Span } from './eventstore-scan-record.ts';
import { metadataFromText } from './eventstore-wire-metadata.ts';

/** What a message held. */
export type Decoded = {
  /** Undefined for what nobody asked for, and for somebody else's event. */
  event: RecordedEvent | undefined;
  /** Where in the log the message's event is; undefined if it held none. */
  position: number | bigint | undefined;
};

type KnownType = { readonly name: string; readonly bytes: Buffer; readonly definition: EventDefinition };

const nothing: Decoded = { event: undefined, position: undefined };

/**
 * Decodes `ReadResp` messages straight into the domain's events: the same that the official client and `fromWire` make
 * of them together, in a fraction of the time.
 *
 * @param types only these: the server's filter goes by their beginnings
 * @param registry the event types that are Casefold's; others are passed over, asked for or not
 * @returns a function for the part of a buffer that is one message; its answer is good until the next call
 * @throws {MalformedResponseError} from that function, for bytes that are no such message
 * @throws {Error} from that function, for a version of an event that is newer than this code knows
 */
export function createEventDecoder(types: readonly string[], registry: EventDefinitions) {
  const typeAt = createTypeTable(types, registry);
  const cursor = new ProtobufCursor();
  const view = newRecordView();
  const decoded: Decoded = { event: undefined, position: undefined };

  return (buffer: Buffer, start: number, end: number): Readonly<Decoded> => {
    cursor.set(buffer, start, end);
    if (!findRecord(cursor, view)) return nothing;
    const known = typeAt(buffer, view.type);
    decoded.position = view.position;
    decoded.event = known && eventFrom(view, known);
    return decoded;
  };
}

function eventFrom(view: RecordView, { name, definition }: KnownType): RecordedEvent | undefined {
  const metadata = metadataOf(view);
  if (!metadata) return undefined;
  return {
    id: idOf(view),
    stream: streamOf(view),
    revision: BigInt(view.revision),
    position: BigInt(view.position),
    created: createdOf(view),
    type: name,
    data: upcast(name, definition, dataOf(view), metadata.schemaVersion),
    metadata,
  };
}

function createTypeTable(types: readonly string[], registry: EventDefinitions) {
  const byLength = new Map<number, KnownType[]>();
  for (const name of new Set(types)) {
    const definition = registry[name];
    if (!definition) continue;
    const bytes = Buffer.from(name);
    byLength.set(bytes.length, [...(byLength.get(bytes.length) ?? []), { name, bytes, definition }]);
  }
  return (buffer: Buffer, span: Span): KnownType | undefined => {
    const candidates = byLength.get(span.end - span.start);
    if (!candidates) return undefined;
    for (const candidate of candidates) if (isAt(candidate.bytes, buffer, span)) return candidate;
    return undefined;
  };
}

function metadataOf({ buffer, customMetadata: { start, end } }: RecordView): EventMetadata | undefined {
  return start === end ? undefined : metadataFromText(buffer.toString('utf8', start, end));
}

const jsonContentType = Buffer.from('application/json');

/** JSON that is none is handed on as the text it is, as the official client does; other content as its bytes. */
function dataOf({ buffer, contentType, data: { start, end } }: RecordView): unknown {
  // A copy: a part of the chunk would keep all of it in memory.
  if (!isAt(jsonContentType, buffer, contentType)) return new Uint8Array(buffer.subarray(start, end));
  const text = buffer.toString('utf8', start, end);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function idOf({ buffer, idText: { start, end }, idHalves }: RecordView): string {
  if (idHalves) {
    const hex = idHalves.map((half) => half.toString(16).padStart(16, '0')).join('');
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  if (start === end) throw new MalformedResponseError('An event came without an id.');
  return buffer.toString('utf8', start, end);
}

function streamOf({ buffer, stream: { start, end } }: RecordView): string {
  if (start === end) throw new MalformedResponseError('An event came without its stream.');
  return buffer.toString('utf8', start, end);
}

const tickDigits = 4;

/** Ticks of 100 ns since 1970 in decimal: their last four digits are less than a millisecond. */
function createdOf({ buffer, created: { start, end } }: RecordView): Date {
  const last = end - tickDigits;
  let milliseconds = 0;
  for (let at = start; at < end; at++) {
    const digit = (buffer[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return createdFrom(buffer.toString('latin1', start, end));
    if (at < last) milliseconds = milliseconds * 10 + digit;
  }
  return new Date(milliseconds);
}

/** Anything but plain digits, read as the official client reads it. */
function createdFrom(text: string): Date {
  try {
    return new Date(Number(BigInt(text) / 10_000n));
  } catch {
    return new Date(0);
  }
}
