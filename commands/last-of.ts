import type { DomainEvent } from '#domain/event';
import type { EventStore } from '#platform/event-store';

/**
 * The data of the last event of a type in a stream.
 *
 * @param before only what lies before this position of the log counts
 * @returns undefined where there is none
 */
export async function lastOf<Event extends DomainEvent>(
  store: EventStore,
  stream: string,
  type: Event['type'],
  before?: bigint,
): Promise<Event['data'] | undefined> {
  let last: Event['data'] | undefined;
  for await (const event of store.readStream(stream)) {
    if (before !== undefined && event.position >= before) break;
    // The stream's name says which aggregate it is; the registry has made sure of the shape.
    if (event.type === type) last = event.data as Event['data'];
  }
  return last;
}
