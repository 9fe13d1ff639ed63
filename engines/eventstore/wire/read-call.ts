import { setImmediate as nextTurn } from 'node:timers/promises';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { compileFilter } from '../storage/event-filter.ts';
import type { EventLog } from '../storage/event-log.ts';
import type { Page } from '../storage/log-reader.ts';
import type { StoredEvent } from '../storage/stored-event.ts';
import { SOFT_DELETED, type Stream } from '../storage/streams.ts';
import { writeStreamName } from './identifiers.ts';
import { resolveLink, unresolved } from './links.ts';
import { OutgoingFrames } from './outgoing-frames.ts';
import { rawStreamOf } from './raw-stream.ts';
import { type ReadRequest, readReadRequest, type StartPoint } from './read-request.ts';
import { encodeRecordFrames } from './record-frames.ts';
import { encodeReadResponse } from './recorded-event.ts';
import { streamDeleted, toServiceError } from './service-error.ts';
import { subscribe } from './subscription.ts';

/** The server's side of `Streams/Read`; it sends messages that are already encoded. */
export type ReadCall = ServerWritableStream<streams.ReadReq, Buffer>;

/** `Streams/Read`: reads a stream or `$all` in either direction, or subscribes to it. */
export function readCall(log: EventLog) {
  return async (call: ReadCall): Promise<void> => {
    const frames = new OutgoingFrames(call);
    try {
      const request = readReadRequest(call.request);
      if (request.count === 'subscription') await subscribe(log, request, frames);
      else if (!(await readRecords(log, request, request.count, frames, call)))
        await read(log, request, request.count, frames);
      if (!frames.stopped) call.end();
    } catch (error) {
      call.emit('error', toServiceError(error));
    }
  };
}

/**
 * Reads `$all` forwards in large pieces, where the records are sent as they are.
 *
 * @returns false if this read has to go another way
 */
async function readRecords(
  log: EventLog,
  { source, from, direction, filter, resolveLinks }: ReadRequest,
  count: number,
  frames: OutgoingFrames,
  call: ReadCall,
): Promise<boolean> {
  if (source.kind !== 'all' || direction !== 'forwards' || resolveLinks) return false;
  const passes = filter && compileFilter(filter, log.streams, log.types);
  const stream = rawStreamOf(call);
  if (!stream) return false;
  let at = firstPosition(log, from) - 1;
  for (let left = count; left > 0 && !frames.stopped; ) {
    const page = log.readRecords(at, left, passes);
    await frames.sendRaw(stream, encodeRecordFrames(page));
    at = page.scannedTo;
    left -= page.positions.length;
    if (page.atEnd) break;
    await nextTurn();
  }
  await frames.flushed();
  return true;
}

async function read(
  log: EventLog,
  request: ReadRequest,
  count: number,
  frames: OutgoingFrames,
): Promise<void> {
  const nextPage = request.source.kind === 'all' ? pagesOfAll(log, request) : pagesOfStream(log, request);
  if (!nextPage) {
    const name = request.source.kind === 'stream' ? request.source.name : '';
    return frames.send(streamNotFound(name));
  }
  const toSend = request.resolveLinks ? (event: StoredEvent) => resolveLink(log, event) : unresolved;
  let left = count;
  while (left > 0 && !frames.stopped) {
    const page = nextPage(left);
    for (const event of page.events) await frames.send(encodeReadResponse(toSend(event)));
    left -= page.events.length;
    if (page.atEnd) return;
    await nextTurn();
  }
}

type NextPage = (limit: number) => Page;

/** Forwards, the position itself is included; backwards, it is not, as in EventStoreDB. */
function pagesOfAll(log: EventLog, { from, direction, filter }: ReadRequest): NextPage {
  const passes = filter && compileFilter(filter, log.streams, log.types);
  const first = firstPosition(log, from);
  let at = direction === 'forwards' ? first - 1 : first;
  return (limit) => {
    const page = log.readAll(direction, at, limit, passes);
    at = page.scannedTo;
    return page;
  };
}

const firstPosition = (log: EventLog, from: StartPoint): number =>
  from === 'start' ? 1 : from === 'end' ? log.head + 1 : from;

function pagesOfStream(log: EventLog, { source, from, direction }: ReadRequest): NextPage | undefined {
  const stream = source.kind === 'stream' ? existingStream(log, source.name) : undefined;
  if (!stream) return undefined;
  const first = from === 'start' ? 0 : from === 'end' ? stream.last : Math.min(from, stream.last + 1);
  const pastEnd = from === 'end' && direction === 'forwards';
  let at = direction === 'forwards' ? first - (pastEnd ? 0 : 1) : first + 1;
  return (limit) => {
    const page = log.readStream(direction, stream, at, limit);
    at = page.scannedTo;
    return page;
  };
}

/** @throws stream-deleted if there is a tombstone */
function existingStream(log: EventLog, name: string): Stream | undefined {
  const stream = log.streams.find(name);
  if (stream?.tombstoned) throw streamDeleted(name);
  return stream && stream.last >= 0 && stream.truncateBefore !== SOFT_DELETED ? stream : undefined;
}

function streamNotFound(name: string): Buffer {
  const missing = new streams.ReadResp.StreamNotFound().setStreamIdentifier(writeStreamName(name));
  return Buffer.from(new streams.ReadResp().setStreamNotFound(missing).serializeBinary());
}
