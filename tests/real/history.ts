import { behaviourStream } from '#domain/behaviour/decider';
import type { EventStore, NewEvent } from '#platform/event-store';
import { derivedId } from '#platform/ids';

const streams = 60;
const eventsOfEach = 50;

/** Writes what people did in a case some time ago, so that a rebuild has something to read. */
export async function writeHistory(store: EventStore, caseId: string): Promise<void> {
  for (let number = 0; number < streams; number++) {
    const userId = `reader-${number}`;
    const events = Array.from({ length: eventsOfEach }, (_, index) => searched(userId, caseId, index));
    await store.append(behaviourStream(userId, '2026-01-01'), events, 'no-stream');
  }
}

function searched(userId: string, caseId: string, index: number): NewEvent {
  const id = derivedId('history-of-tests', userId, String(index));
  const occurredAt = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
  const entries = [{ action: 'searched', query: `question ${index}`, caseId, occurredAt }];
  const actor = { kind: 'person', id: userId } as const;
  return {
    type: 'BehaviourRecorded',
    data: { userId, caseId, entries },
    id,
    metadata: { caseId, actor, correlationId: id, causationId: id, occurredAt },
  };
}
