import { behaviourDecider, behaviourStream } from '#domain/behaviour/decider';
import type { BehaviourEntry } from '#domain/behaviour/events';
import type { Appended, EventStore } from '#platform/event-store';
import type { CommandContext } from '#platform/handle-command';
import { derivedId } from '#platform/ids';

/**
 * Records what a person did, in the order given. Nothing is decided on what was recorded before, so the stream is not
 * read: ids derived from the command keep a repeat from counting twice.
 */
export async function recordBehaviour(
  store: EventStore,
  entries: readonly BehaviourEntry[],
  context: CommandContext,
): Promise<Appended> {
  const { commandId, ...metadata } = context;
  const userId = context.actor.id;
  const stream = behaviourStream(userId, context.occurredAt.slice(0, 10));
  const events = behaviourDecider
    .decide({ type: 'RecordBehaviour', userId, entries }, null)
    .map((event, index) => ({
      ...event,
      id: derivedId('event', commandId, stream, String(index)),
      metadata: { ...metadata, ...(event.data.caseId && { caseId: event.data.caseId }) },
    }));
  return store.append(stream, events, 'any');
}
