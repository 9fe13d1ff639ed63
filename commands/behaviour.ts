import { behaviourDecider, behaviourStream } from '#domain/behaviour/decider';
import type { BehaviourEntry } from '#domain/behaviour/events';
import type { Appended, EventStore } from '#platform/event-store';
import type { CommandContext } from '#platform/handle-command';
import { derivedId } from '#platform/ids';

const dayMs = 24 * 60 * 60 * 1000;
/** Whoever got no answer repeats a request within minutes; one from before midnight is in the stream of the day before. */
const repeatsWithinMs = 15 * 60 * 1000;
/** The log itself knows the ids it took in a moment ago; for what is older the stream is looked through. */
const freshMs = 60_000;

/**
 * Records what a person did, in the order given. Nothing is decided on what was recorded before, so the stream is not
 * read: ids derived from the command keep a repeat from counting twice, a repeat across midnight too.
 *
 * @param kept set for a batch that a client keeps until it is taken, perhaps for days: it goes to the stream of the day
 *   it begins on, wherever the clock is now, and is looked for there
 */
export async function recordBehaviour(
  store: EventStore,
  entries: readonly BehaviourEntry[],
  context: CommandContext,
  { kept = false }: { readonly kept?: boolean } = {},
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
  const times = entries.map(({ occurredAt }) => Date.parse(occurredAt));
  const stream = behaviourStream(userId, dayOf(kept ? (times[0] ?? now) : now));
  const lookIn = kept
    ? Math.max(...times) < now - freshMs && stream
    : now % dayMs < repeatsWithinMs && behaviourStream(userId, dayOf(now - dayMs));
  if (lookIn) {
    const recorded = await find(store, lookIn, events.at(-1)?.id);
    if (recorded) return recorded;
  }
  return store.append(stream, events, 'any');
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
