import type { EventLog } from '../storage/event-log.ts';
import type { StoredEvent } from '../storage/stored-event.ts';
import { decodeRecord, type ResolvedRecord } from './recorded-event.ts';

const LINK_TYPE = '$>';

/** An event as it is sent, without looking at links. */
export function unresolved(event: StoredEvent): ResolvedRecord {
  return { record: event.record, position: event.position };
}

/** Follows a link event (`$>`, its data `revision@stream`) to the event it points at; others are sent as they are. */
export function resolveLink(log: EventLog, event: StoredEvent): ResolvedRecord {
  if (log.types.nameOf(event.type) !== LINK_TYPE) return unresolved(event);
  return { record: linkTarget(log, event)?.record, position: event.position, link: event.record };
}

/** The event a link points at, or undefined if it is gone. */
export function linkTarget(log: EventLog, link: StoredEvent): StoredEvent | undefined {
  const data = Buffer.from(decodeRecord(link.record).getData_asU8()).toString('utf8');
  const [, revision, name] = /^(\d+)@(.+)$/su.exec(data) ?? [];
  const stream = name === undefined ? undefined : log.streams.find(name);
  return stream && log.eventAt(stream, Number(revision));
}

/** The data and metadata a link event is written with. */
export function linkTo(stream: string, revision: number): { type: string; data: Buffer } {
  return { type: LINK_TYPE, data: Buffer.from(`${revision}@${stream}`) };
}
