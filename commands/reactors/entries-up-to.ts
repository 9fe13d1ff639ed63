import type { BehaviourEntry, BehaviourEvent } from '#domain/behaviour/events';
import type { RecordedEvent } from '#domain/event';
import { setBack } from '#domain/insight/clock-ahead';
import type { EventStore } from '#platform/event-store';

export type RecordedBehaviour = Extract<RecordedEvent<BehaviourEvent>, { type: 'BehaviourRecorded' }>;

/**
 * Events of a day that are looked back at. A window has 100 entries at the most; the sitting before it may lie behind what
 * was done in other cases. Without an end each event of a busy day would have all those before it read again.
 */
const mostEvents = 500;

/** What the person did last in the case on the day of the event, up to it: the same however often it is asked. */
export async function entriesUpTo(
  store: Pick<EventStore, 'readStream'>,
  event: RecordedBehaviour,
  caseId: string,
): Promise<BehaviourEntry[]> {
  const entries: BehaviourEntry[] = [];
  const oldest = event.revision - BigInt(mostEvents) + 1n;
  for await (const each of store.readStream(event.stream, oldest > 0n ? oldest : 0n)) {
    if (each.revision > event.revision) break;
    const { data } = each as unknown as RecordedBehaviour;
    if (each.type === 'BehaviourRecorded' && data.caseId === caseId) {
      entries.push(...setBack(data.entries, each.created));
    }
  }
  return entries;
}
