import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { compileFilter } from '../storage/event-filter.ts';
import type { EventLog } from '../storage/event-log.ts';
import type { Page } from '../storage/log-reader.ts';
import type { StoredEvent } from '../storage/stored-event.ts';
import { resolveLink, unresolved } from './links.ts';
import type { OutgoingFrames } from './outgoing-frames.ts';
import type { ReadRequest } from './read-request.ts';
import { encodeReadResponse } from './recorded-event.ts';
import { streamDeleted } from './service-error.ts';

const PAGE_LIMIT = Number.MAX_SAFE_INTEGER;
/** A live subscriber that is this many events back is told that it fell behind. */
const BEHIND = 4_000;

/** Something a subscription moves along: `$all` or one stream. */
type Cursor = {
  next(): Page;
  /** How far away the end is, in events at most. */
  distance(): number;
  /** Whether a page moves a filtered subscription's checkpoint. */
  readonly checkpoints: boolean;
};

/**
 * A catch-up subscription: everything behind its start, then whatever is appended, until the client goes. Says
 * `caught up` each time it reaches the end, `fell behind` when a slow client lags far, and, with a filter, where it is
 * after every checkpoint interval, so that a client can save its place though nothing passed.
 */
export async function subscribe(log: EventLog, request: ReadRequest, frames: OutgoingFrames): Promise<void> {
  const cursor = request.source.kind === 'all' ? cursorOfAll(log, request) : cursorOfStream(log, request);
  const toSend = request.resolveLinks ? (event: StoredEvent) => resolveLink(log, event) : unresolved;
  const stopListening = log.onCommit(() => frames.wake());
  let live = false;
  let sinceCheckpoint = 0;
  try {
    await frames.send(confirmation());
    while (!frames.stopped) {
      if (live && cursor.distance() > BEHIND) {
        live = false;
        await frames.send(fellBehind());
      }
      const page = cursor.next();
      for (const event of page.events) await frames.send(encodeReadResponse(toSend(event)));
      sinceCheckpoint += page.scanned;
      if (cursor.checkpoints && sinceCheckpoint >= request.checkpointInterval) {
        sinceCheckpoint = 0;
        await frames.send(checkpoint(page.scannedTo));
      }
      if (cursor.distance() > 0) {
        await nextTurn();
        continue;
      }
      if (!live) {
        live = true;
        await frames.send(caughtUp());
      }
      // Nothing can be appended between the check and the wait: both happen in one turn of the loop.
      if (cursor.distance() <= 0) await frames.idle();
    }
  } finally {
    stopListening();
  }
}

function cursorOfAll(log: EventLog, { from, filter }: ReadRequest): Cursor {
  const passes = filter && compileFilter(filter, log.streams, log.types);
  let at = from === 'start' ? 0 : from === 'end' ? log.head : from;
  return {
    next: () => {
      const page = log.readAll('forwards', at, PAGE_LIMIT, passes);
      at = page.scannedTo;
      return page;
    },
    distance: () => log.head - at,
    checkpoints: filter !== undefined,
  };
}

function cursorOfStream(log: EventLog, { source, from }: ReadRequest): Cursor {
  const name = source.kind === 'stream' ? source.name : '';
  const find = () => {
    const stream = log.streams.find(name);
    if (stream?.tombstoned) throw streamDeleted(name);
    return stream;
  };
  const last = find()?.last ?? -1;
  let at = from === 'start' ? -1 : from === 'end' ? last : from;
  return {
    next: () => {
      const stream = find();
      if (!stream) return { events: [], scanned: 0, scannedTo: at, atEnd: true };
      const page = log.readStream('forwards', stream, at, PAGE_LIMIT);
      // What metadata hides at the end is passed over, or the distance would never be zero.
      at = page.atEnd ? Math.max(at, stream.last) : page.scannedTo;
      return page;
    },
    distance: () => (find()?.last ?? -1) - at,
    checkpoints: false,
  };
}

function encode(response: streams.ReadResp): Buffer {
  return Buffer.from(response.serializeBinary());
}

function confirmation(): Buffer {
  const message = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
  return encode(new streams.ReadResp().setConfirmation(message));
}

function caughtUp(): Buffer {
  return encode(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
}

function fellBehind(): Buffer {
  return encode(new streams.ReadResp().setFellBehind(new streams.ReadResp.FellBehind()));
}

function checkpoint(at: number): Buffer {
  const position = String(at);
  const message = new streams.ReadResp.Checkpoint().setCommitPosition(position).setPreparePosition(position);
  return encode(new streams.ReadResp().setCheckpoint(message));
}
