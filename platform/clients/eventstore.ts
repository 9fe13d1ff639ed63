import { setTimeout as delay } from 'node:timers/promises';
import {
  ANY,
  type AppendExpectedRevision,
  BACKWARDS,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  NO_STREAM,
  type ReadPosition,
  START,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { EventDefinitions, RecordedEvent } from '#domain/event';
import {
  type Appended,
  type EventStore,
  EventStoreUnavailableError,
  type ExpectedRevision,
  type NewEvent,
  WrongRevisionError,
} from '#platform/event-store';
import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';
import { consume } from './eventstore-consumer.ts';
import { createScan } from './eventstore-scan.ts';
import { scanByReading } from './eventstore-scan-reading.ts';
import { fromWire, toWire } from './eventstore-wire.ts';

/** An append that got no answer in this time is given up: the client itself would wait for ever. */
const appendTimeoutMs = 20_000;

/**
 * The log behind `@eventstore/db-client`: any EventStoreDB, KurrentDB, or the embedded engine.
 *
 * @param url connection string, `esdb://host:port?tls=false`
 * @param registry the event types to read and write; others in the log are passed over
 */
export function connectEventStore(url: string, registry: EventDefinitions, log: Logger): EventStore {
  const client = EventStoreDBClient.connectionString(url);

  async function append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<Appended> {
    const wire = events.map((event) => toWire(event, registry));
    try {
      const answer = await withTimeout(
        client.appendToStream(stream, wire, { expectedRevision: expectedOnWire(expected) }),
      );
      if (!answer.position) throw new EventStoreUnavailableError('The log gave no position for an append.');
      return { revision: answer.nextExpectedRevision, position: answer.position.commit };
    } catch (error) {
      throw translated(error, stream);
    }
  }

  async function* readStream(stream: string, fromRevision: bigint = 0n): AsyncIterable<RecordedEvent> {
    try {
      const read = client.readStream(stream, { fromRevision });
      try {
        for await (const resolved of read) {
          const event = resolved.event && fromWire(resolved.event, registry);
          if (event) yield event;
        }
      } finally {
        // As below: whoever leaves a read in the middle would leave its call open.
        await read.cancel();
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw translated(error, stream);
    }
  }

  async function* readAll({
    after,
    limit,
  }: {
    after?: bigint;
    limit?: number;
  } = {}): AsyncIterable<RecordedEvent> {
    let taken = 0;
    let from = after;
    try {
      for (;;) {
        // A read from a position begins with the event at it; "after" leaves that one out. The server is told where to
        // stop: it would send, and the client decode, hundreds of events past the limit.
        const maxCount =
          limit === undefined ? undefined : limit - taken + (readPosition(from) === START ? 0 : 1);
        const page = { fromPosition: readPosition(from), ...(maxCount !== undefined && { maxCount }) };
        let seen = 0;
        const read = client.readAll(page);
        try {
          for await (const resolved of read) {
            seen++;
            if (!resolved.event || (from !== undefined && resolved.event.position.commit <= from)) continue;
            from = resolved.event.position.commit;
            const event = fromWire(resolved.event, registry);
            if (!event) continue;
            yield event;
            if (++taken === limit) return;
          }
        } finally {
          // Leaving a read before its end does not end it at the server: one call would stay open for each.
          await read.cancel();
        }
        // A page that is not full ends at the head of the log; a full one may have held somebody else's events.
        if (maxCount === undefined || seen < maxCount) return;
      }
    } catch (error) {
      throw translated(error, '$all');
    }
  }

  async function headPosition(): Promise<bigint> {
    try {
      let head = -1n;
      // Read to its end, so that no call stays open.
      for await (const { event } of client.readAll({
        direction: BACKWARDS,
        fromPosition: END,
        maxCount: 1,
      })) {
        if (event) head = event.position.commit;
      }
      return head;
    } catch (error) {
      throw translated(error, '$all');
    }
  }

  async function* subscribe(options: {
    after?: bigint | 'end';
    types?: readonly string[];
    signal: AbortSignal;
  }): AsyncIterable<RecordedEvent> {
    const { types, signal } = options;
    let after = options.after === 'end' ? await headPosition() : options.after;
    for (let failures = 0; !signal.aborted; ) {
      const subscription = client.subscribeToAll({
        fromPosition: readPosition(after),
        filter: types ? eventTypeFilter({ prefixes: [...types] }) : excludeSystemEvents(),
      });
      // Unsubscribing over a broken connection never ends the iteration; destroying the stream always does.
      const stop = () => {
        subscription.unsubscribe().catch(() => {});
        subscription.destroy();
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        for await (const resolved of subscription) {
          const event = resolved.event && fromWire(resolved.event, registry);
          if (!event || (types && !types.includes(event.type))) continue;
          failures = 0;
          yield event;
          after = event.position;
        }
      } catch (error) {
        const passing = translated(error, '$all') instanceof EventStoreUnavailableError;
        if (!signal.aborted)
          log[passing ? 'warn' : 'error'](
            { error: String(error) },
            'the subscription to the log broke; resuming',
          );
      } finally {
        signal.removeEventListener('abort', stop);
        stop();
      }
      if (!signal.aborted) await retryDelay(++failures, signal);
    }
  }

  return {
    append,
    readStream,
    readAll,
    scan: createScan({
      connectionString: url,
      registry,
      log,
      readingAll: (options) => scanByReading({ readAll, headPosition }, options),
    }),
    headPosition,
    subscribe,
    consume: (group, options, handle) => consume({ client, registry, log }, group, options, handle),
    // The client waits for streams to finish that were destroyed before, which they never do: half a second is enough.
    close: () => Promise.race([client.dispose(), delay(500, undefined, { ref: false })]),
  };
}

const readPosition = (after: bigint | undefined): ReadPosition =>
  after === undefined || after < 0n ? START : { commit: after, prepare: after };

const expectedOnWire = (expected: ExpectedRevision): AppendExpectedRevision =>
  expected === 'any' ? ANY : expected === 'no-stream' ? NO_STREAM : expected;

async function withTimeout<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new EventStoreUnavailableError(`The log did not answer within ${appendTimeoutMs} ms.`)),
      appendTimeoutMs,
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** gRPC's status UNAVAILABLE, and what the client says while it cannot reach the server. */
const unreachable = new Set(['unavailable', 'cancelled', 'deadline-exceeded', 'timeout', 'not-leader']);

function translated(error: unknown, stream: string): unknown {
  if (error instanceof WrongExpectedVersionError) {
    return new WrongRevisionError(`Stream ${stream} has moved on.`, { cause: error });
  }
  if (!(error instanceof Error)) return error;
  const { code, type } = error as Error & { code?: unknown; type?: unknown };
  if (
    code === 14 ||
    code === 1 ||
    unreachable.has(String(type)) ||
    /ECONN|UNAVAILABLE|dropped/.test(error.message)
  ) {
    return new EventStoreUnavailableError('The log (EventStoreDB) cannot be reached.', { cause: error });
  }
  return error;
}
