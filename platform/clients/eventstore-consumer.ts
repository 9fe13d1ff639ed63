import {
  type EventStoreDBClient,
  eventTypeFilter,
  PARK,
  PersistentSubscriptionExistsError,
  type PersistentSubscriptionToAllResolvedEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  RETRY,
  START,
} from '@eventstore/db-client';
import type { EventDefinitions } from '#domain/event';
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
  let made = false;
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (!made) await createGroup(context, group, options);
      made = true;
      await consumeUntilBreak(context, group, options, handle, () => {
        failures = 0;
      });
    } catch (error) {
      if (!signal.aborted) log.warn({ group, error: String(error) }, 'the reactor lost the log; coming back');
    }
    if (!signal.aborted) await retryDelay(++failures, signal);
  }
}

async function createGroup(
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
  }
}

async function consumeUntilBreak(
  { client, registry, log }: Context,
  group: string,
  { concurrency, types, signal }: PersistentSubscriptionOptions,
  handle: (delivery: Delivery) => Promise<void>,
  onDelivery: () => void,
): Promise<void> {
  const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: concurrency });
  const inHand = new Set<Promise<void>>();
  // Unsubscribing over a broken connection never ends the iteration; destroying the stream always does.
  const stop = () => {
    subscription.unsubscribe().catch(() => {});
    subscription.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  // The client never settles an answer to a connection that is gone. Nobody needs it: the delivery comes again.
  const gone = Promise.withResolvers<void>();
  const unlessGone = (sent: Promise<void>) => Promise.race([sent, gone.promise]);

  const answer = async (resolved: PersistentSubscriptionToAllResolvedEvent): Promise<void> => {
    const event = resolved.event && fromWire(resolved.event, registry);
    if (!event || !types.includes(event.type)) return unlessGone(subscription.ack(resolved));
    await handle({
      event,
      retries: resolved.retryCount,
      ack: () => unlessGone(subscription.ack(resolved)),
      nack: (action, reason) =>
        unlessGone(subscription.nack(action === 'retry' ? RETRY : PARK, reason, resolved)),
    });
  };
  try {
    for await (const resolved of subscription) {
      onDelivery();
      const work: Promise<void> = answer(resolved)
        // An answer that could not be sent is no loss: the delivery comes again.
        .catch((error) => log.warn({ group, error: String(error) }, 'a delivery was not answered'))
        .finally(() => inHand.delete(work));
      inHand.add(work);
      if (inHand.size >= concurrency) await Promise.race(inHand);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    gone.resolve();
    await Promise.allSettled(inHand);
  }
}
