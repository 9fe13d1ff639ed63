import type { RecordedEvent } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';
import { eventAttributes, noTracer, placeOfEvent, type Tracer } from '#platform/telemetry';
import { isPassing } from './failure.ts';
import { createFailureCount } from './failure-count.ts';

/** One delivery of an event to a reactor. */
export type Attempt = {
  /** How often the event came before, for whatever reason. */
  readonly deliveries: number;
  /** How often it failed before for what may be a reason of its own: what was away, and is back, is not counted. */
  readonly failures: number;
  /** Aborts when the process is to end: work in hand is given up, and done after the next start. */
  readonly signal: AbortSignal;
};

/**
 * Turns events into the next command, perhaps after asking a worker or a model. It may see an event more than once: what
 * it does has to come to the same.
 */
export type Reactor = {
  /** Durable identity: the name of its persistent subscription. */
  readonly name: string;
  readonly types: readonly string[];
  readonly concurrency: number;
  /** An event not finished in this time is given to another worker too. */
  readonly messageTimeoutMs: number;
  /**
   * @throws whatever passes by itself (a store or a worker that is away): the event comes again after a pause
   */
  handle(event: RecordedEvent, attempt: Attempt): Promise<void>;
};

/** As many as the log can count: nobody would see that an event was put aside, however long something is away. */
const maxRetries = 2 ** 31 - 1;

/** Runs a reactor until the signal, which also ends what it has in hand: the log gives that out again. */
export function runReactor(
  reactor: Reactor,
  store: EventStore,
  log: Logger,
  signal: AbortSignal,
  tracer: Tracer = noTracer,
): Promise<void> {
  const { name, types, concurrency, messageTimeoutMs } = reactor;
  const failures = createFailureCount();
  return store.consume(
    `casefold-${name}`,
    { types, concurrency, messageTimeoutMs, maxRetries, signal },
    async ({ event, retries, ack, nack }) => {
      try {
        const options = spanOptions(name, event, retries);
        await tracer.span(`react ${name}`, options, () =>
          reactor.handle(event, { deliveries: retries, failures: failures.of(event.id), signal }),
        );
      } catch (error) {
        if (!signal.aborted) {
          if (!isPassing(error)) failures.add(event.id);
          log.warn({ reactor: name, event: event.id, type: event.type, err: error }, 'will be tried again');
          await retryDelay(Math.min(retries + 1, 6), signal);
        }
        return nack('retry', error instanceof Error ? error.message.slice(0, 500) : 'failed');
      }
      failures.forget(event.id);
      await ack();
    },
  );
}

const spanOptions = (reactor: string, event: RecordedEvent, retries: number) =>
  ({
    parent: placeOfEvent(event),
    kind: 'consumer',
    attributes: {
      ...eventAttributes(event, event.stream),
      'messaging.operation.name': 'react',
      'messaging.operation.type': 'process',
      'messaging.consumer.group.name': reactor,
      'casefold.event.position': String(event.position),
      'casefold.retries': retries,
    },
  }) as const;
