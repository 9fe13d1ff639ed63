import {
  type EventStoreDBClient,
  eventTypeFilter,
  PARK,
  PersistentSubscriptionExistsError,
  type PersistentSubscriptionToAll,
  type PersistentSubscriptionToAllResolvedEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  RETRY,
  START,
} from '@eventstore/db-client';
import type { EventDefinitions, RecordedEvent } from '#domain/event';
import type { Delivery, PersistentSubscriptionOptions } from '#platform/event-store';
import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';
import { fromWire } from './eventstore-wire.ts';

type Context = {
  readonly client: EventStoreDBClient;
  readonly registry: EventDefinitions;
  readonly log: Logger;
};

/** A member of a competing-consumers group on the whole log; see `EventStore.consume`. */
export async function consume(
  context: Context,
  group: string,
  options: PersistentSubscriptionOptions,
  handle: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  const { log } = context;
  const { signal } = options;
  // Outlives a break: work goes on while the log is away, and nobody waits for the slowest before the next is taken.
  const inHand = new Map<string, InHand>();
  let made = false;
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (!made) await provideGroup(context, group, options);
      made = true;
      await consumeUntilBreak(context, group, options, inHand, handle, () => {
        failures = 0;
      });
    } catch (error) {
      if (!signal.aborted) log.warn({ group, error: String(error) }, 'the reactor lost the log; coming back');
    }
    if (!signal.aborted) await retryDelay(++failures, signal);
  }
  await Promise.allSettled([...inHand.values()].map(({ work }) => work));
}

/** Creates the group, or has one that is there keep to what its members want now: they may be set up anew. */
async function provideGroup(
  { client }: Context,
  group: string,
  options: PersistentSubscriptionOptions,
): Promise<void> {
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: START,
    messageTimeout: options.messageTimeoutMs,
    maxRetryCount: options.maxRetries,
    checkPointAfter: 1000,
    checkPointLowerBound: 1,
    checkPointUpperBound: 50,
  });
  try {
    await client.createPersistentSubscriptionToAll(group, settings, {
      filter: eventTypeFilter({ prefixes: [...options.types] }),
    });
  } catch (error) {
    if (!(error instanceof PersistentSubscriptionExistsError)) throw error;
    const { settings: known } = await client.getPersistentSubscriptionToAllInfo(group);
    const { messageTimeout, maxRetryCount } = settings;
    // Whoever is a member is dropped by a change, and comes back.
    if (known.messageTimeout !== messageTimeout || known.maxRetryCount !== maxRetryCount)
      await client.updatePersistentSubscriptionToAll(group, settings);
  }
}

/** An event being handled, and the delivery of it to answer: after a break, the one that came again. */
type InHand = {
  work: Promise<void>;
  subscription: PersistentSubscriptionToAll;
  send: ReturnType<typeof answersOver>;
  resolved: Resolved;
};
type Resolved = PersistentSubscriptionToAllResolvedEvent;

async function consumeUntilBreak(
  { client, registry, log }: Context,
  group: string,
  { concurrency, types, signal }: PersistentSubscriptionOptions,
  inHand: Map<string, InHand>,
  handle: (delivery: Delivery) => Promise<void>,
  onDelivery: () => void,
): Promise<void> {
  const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: concurrency });
  const send = answersOver(subscription);
  // Unsubscribing over a broken connection never ends the iteration; destroying the stream always does.
  const stop = () => {
    subscription.unsubscribe().catch(() => {});
    subscription.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });

  function begin(resolved: Resolved, event: RecordedEvent): void {
    const entry: InHand = { work: Promise.resolve(), subscription, send, resolved };
    entry.work = handle({
      event,
      retries: resolved.retryCount,
      ack: () => entry.send(() => entry.subscription.ack(entry.resolved)),
      nack: (action, reason) =>
        entry.send(() => entry.subscription.nack(action === 'retry' ? RETRY : PARK, reason, entry.resolved)),
    })
      .catch((error) => log.warn({ group, error: String(error) }, 'a delivery was not answered'))
      .finally(() => inHand.delete(event.id));
    inHand.set(event.id, entry);
  }

  try {
    for await (const resolved of subscription) {
      onDelivery();
      const event = resolved.event && fromWire(resolved.event, registry);
      const known = event && inHand.get(event.id);
      if (!event || !types.includes(event.type)) subscription.ack(resolved).catch(() => {});
      // It came again after a break, or its time was up, while we still work on it: answer this delivery in the end.
      else if (known) Object.assign(known, { subscription, send, resolved });
      else begin(resolved, event);
      if (inHand.size >= concurrency) await Promise.race([...inHand.values()].map(({ work }) => work));
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * Sends answers over a subscription, and gives those up that are under way when its connection goes: the client never
 * settles them. Nobody needs them then, because the delivery comes again.
 */
function answersOver(subscription: PersistentSubscriptionToAll) {
  const waiting = new Set<() => void>();
  subscription.once('close', () => {
    for (const giveUp of waiting) giveUp();
  });
  return async (answer: () => Promise<void>): Promise<void> => {
    if (subscription.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add(resolve);
    try {
      await Promise.race([answer(), promise]);
    } finally {
      waiting.delete(resolve);
    }
  };
}
