import type { Stream } from './streams.ts';
import { SOFT_DELETED } from './streams.ts';

/** What a writer expects the stream to be at. A number is the revision of the last event. */
export type ExpectedRevision = 'any' | 'no_stream' | 'stream_exists' | number;

/** An event that is already in the log. */
export type WrittenEvent = { readonly id: string; readonly revision: number; readonly position: number };

/** What the decision may look up about a stream. */
export type StreamHistory = {
  /** Up to `count` events of the stream from `revision` on, in order. */
  eventsFrom(revision: number, count: number): WrittenEvent[];
  /** The revision of a recently written event of the stream, if its id is still remembered. */
  recentRevision(eventId: string): number | undefined;
};

export type AppendDecision =
  | { readonly kind: 'append' }
  /** Exactly these events are there already: the writer repeats itself and gets the same answer. */
  | { readonly kind: 'repeated'; readonly last: WrittenEvent }
  /** `current` is -1 for a stream without events. */
  | { readonly kind: 'wrong-expected-revision'; readonly current: number }
  | { readonly kind: 'stream-deleted' };

/**
 * Decides whether events may be appended, by EventStoreDB's rules for expected revisions and idempotent event ids.
 *
 * With an exact revision (or `no_stream`) the events that follow it are compared with the given ones, so a repeated
 * write is recognised however old it is. With `any` and `stream_exists` there is no such place to look, and it is
 * recognised as long as the ids are among the recent ones.
 */
export function decideAppend(
  stream: Stream,
  expected: ExpectedRevision,
  eventIds: readonly string[],
  history: StreamHistory,
): AppendDecision {
  if (stream.tombstoned) return { kind: 'stream-deleted' };
  const softlyDeleted = stream.truncateBefore === SOFT_DELETED;
  const current = stream.last;
  const wrong: AppendDecision = { kind: 'wrong-expected-revision', current };

  if (expected === 'any' || expected === 'stream_exists') {
    if (expected === 'stream_exists') {
      if (softlyDeleted) return { kind: 'stream-deleted' };
      if (current < 0) return wrong;
    }
    const first = eventIds[0] === undefined ? undefined : history.recentRevision(eventIds[0]);
    if (first === undefined) return { kind: 'append' };
    return repeatedFrom(first, eventIds, history) ?? wrong;
  }

  const revision = expected === 'no_stream' ? -1 : expected;
  if (revision === current) return { kind: 'append' };
  if (expected === 'no_stream' && softlyDeleted) return { kind: 'append' };
  if (revision > current || eventIds.length === 0) return wrong;
  return repeatedFrom(revision + 1, eventIds, history) ?? wrong;
}

function repeatedFrom(
  revision: number,
  eventIds: readonly string[],
  history: StreamHistory,
): AppendDecision | undefined {
  const written = history.eventsFrom(revision, eventIds.length);
  const last = written.at(-1);
  if (!last || written.length !== eventIds.length) return undefined;
  return written.every((event, index) => event.id === eventIds[index])
    ? { kind: 'repeated', last }
    : undefined;
}
