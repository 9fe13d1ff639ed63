import {
  type AllStreamResolvedEvent,
  type EventStoreDBClient,
  eventTypeFilter,
  type PersistentSubscriptionToAll,
  type PersistentSubscriptionToAllSettings,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import { expect, onTestFinished } from 'vitest';
import { numberedEvents, numbers, unique } from './server.ts';

type WithClient = { readonly client: EventStoreDBClient };

/** A group on `$all` that takes one event type nobody else writes. */
export async function newGroup(
  server: WithClient,
  settings: Partial<PersistentSubscriptionToAllSettings> = {},
) {
  const type = unique('Type');
  const group = unique('group');
  await server.client.createPersistentSubscriptionToAll(
    group,
    persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, ...settings }),
    { filter: eventTypeFilter({ prefixes: [type] }) },
  );
  // The server may be one that others use.
  onTestFinished(() => server.client.deletePersistentSubscriptionToAll(group).catch(() => undefined));
  const append = (count: number, from = 0) =>
    server.client.appendToStream(unique('case'), numberedEvents(count, type, from));
  const connect = (bufferSize = 10) =>
    server.client.subscribeToPersistentSubscriptionToAll(group, { bufferSize });
  const info = () => server.client.getPersistentSubscriptionToAllInfo(group);
  return { group, type, append, connect, info };
}

/**
 * Answers each of the next `count` events with `answer` and gives the numbers and retry counts. Waits until the server
 * has all the answers before it disconnects: an answer is sent, not confirmed, and a cancelled call may lose it.
 */
export async function consume(
  server: WithClient,
  subscription: PersistentSubscriptionToAll,
  group: string,
  count: number,
  answer: (event: AllStreamResolvedEvent & { retryCount: number }) => Promise<void> = (event) =>
    subscription.ack(event),
  unanswered = 0,
) {
  const inFlight = async () =>
    (await server.client.getPersistentSubscriptionToAllInfo(group)).stats.totalInFlightMessages;
  const seen: { number: number; retryCount: number }[] = [];
  try {
    for await (const event of subscription) {
      const [number = -1] = numbers([event]);
      seen.push({ number, retryCount: event.retryCount });
      await answer(event);
      if (seen.length === count) break;
    }
    await expect.poll(inFlight).toBe(unanswered);
  } finally {
    await subscription.unsubscribe();
  }
  return seen;
}
