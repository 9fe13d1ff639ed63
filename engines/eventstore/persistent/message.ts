import type { EventLog } from '../storage/event-log.ts';
import type { StoredEvent } from '../storage/stored-event.ts';
import { resolveLink, unresolved } from '../wire/links.ts';
import { eventIdOf, type ResolvedRecord } from '../wire/recorded-event.ts';

/** An event on its way through a group. */
export type Message = {
  /** The id consumers answer with: the link's, where there is one, or the event's. */
  readonly id: string;
  /** Id of the stream the event is in; the pinned strategy goes by it. */
  readonly stream: number;
  /** What a parked link points at. */
  readonly origin: { readonly stream: string; readonly revision: number };
  readonly resolved: ResolvedRecord;
  /** Where it came from, and its place there. */
  readonly from: 'source' | 'parked';
  readonly place: number;
  readonly retryCount: number;
};

/** The message for an event that was just read from the group's source. */
export function messageOf(log: EventLog, event: StoredEvent, place: number, resolveLinks: boolean): Message {
  return {
    id: eventIdOf(event.record),
    stream: event.stream,
    origin: { stream: log.streams.nameOf(event.stream), revision: event.revision },
    resolved: resolveLinks ? resolveLink(log, event) : unresolved(event),
    from: 'source',
    place,
    retryCount: 0,
  };
}
