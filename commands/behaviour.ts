import { behaviourDecider, behaviourStream } from '#domain/behaviour/decider';
import type { BehaviourEntry } from '#domain/behaviour/events';
import type { Appended, EventStore } from '#platform/event-store';
import type { CommandContext } from '#platform/handle-command';
import { derivedId } from '#platform/ids';

const dayMs = 24 * 60 * 60 * 1000;
/** Whoever got no answer repeats a request within minutes; one from before midnight is in the stream of the day before. */
const repeatsWithinMs = 15 * 60 * 1000;

/**
 * Records what a person did, in the order given. Nothing is decided on what was recorded before, so the stream is not
 * read: ids derived from the command keep a repeat from counting twice, a repeat across midnight too.
 */
export async function recordBehaviour(
  store: EventStore,
  entries: readonly BehaviourEntry[],
  context: CommandContext,
): Promise<Appended> {
  const { commandId, ...metadata } = context;
  const userId = context.actor.id;
  const events = behaviourDecider
    .decide({ type: 'RecordBehaviour', userId, entries }, null)
    .map((event, index) => ({
      ...event,
      id: derivedId('event', commandId, 'behaviour', String(index)),
      metadata: { ...metadata, ...(event.data.caseId && { caseId: event.data.caseId }) },
    }));
  const now = Date.parse(context.occurredAt);
  if (now % dayMs < repeatsWithinMs) {
    const recorded = await find(store, behaviourStream(userId, dayOf(now - dayMs)), events.at(-1)?.id);
    if (recorded) return recorded;
  }
  return store.append(behaviourStream(userId, dayOf(now)), events, 'any');
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

async function find(
  store: EventStore,
  stream: string,
  id: string | undefined,
): Promise<Appended | undefined> {
  for await (const event of store.readStream(stream)) if (event.id === id) return event;
  return undefined;
}
