import { connect, headers, type Msg, type Subscription } from 'nats';
import { z } from 'zod';
import { type Bus, BusClosedError, type BusHandler, RemoteError, type Unsubscribe } from '#platform/ports';
import {
  assertPattern,
  assertSubject,
  decodeMessage,
  describeError,
  encodeMessage,
  taskQueue,
} from './bus-message.ts';
import { askOverNats, sayingSoWhile } from './nats-request.ts';

/** Marks a reply as a failure, whose body is then `{name, message}`. */
const failureHeader = 'Casefold-Failure';
const failureSchema = z.object({ name: z.string(), message: z.string() });

/**
 * The {@link Bus} on NATS (core; JetStream is not needed: the log is what remembers).
 *
 * @param options.url `nats://host:port`, several joined by commas
 * @param options.onError told of errors thrown by the handlers of subscriptions
 * @param options.beatMs how often a responder says that it is at work, in milliseconds
 * @throws if no server can be reached at first; afterwards it reconnects for ever
 */
export async function connectNatsBus(options: {
  url: string;
  onError: (error: unknown, subject: string) => void;
  beatMs?: number;
}): Promise<Bus> {
  const { beatMs = 3_000 } = options;
  const connection = await connect({
    servers: options.url.split(','),
    name: 'casefold',
    maxReconnectAttempts: -1,
  });
  const stops = new Set<Unsubscribe>();
  let closing: Promise<void> | undefined;
  const assertOpen = () => {
    if (closing !== undefined) throw new BusClosedError();
  };

  /** Feeds a subscription's messages to a bounded queue of tasks; draining ends the loop after the last one. */
  const serve = async (
    subscription: Subscription,
    limit: number,
    handle: (message: Msg) => Promise<void>,
    beatMs?: number,
  ): Promise<Unsubscribe> => {
    const tasks = taskQueue(limit);
    const fed = (async () => {
      for await (const message of subscription) {
        // Waiting for its turn is work, too: whoever asked must not take us for dead.
        const done = beatMs === undefined ? () => {} : sayingSoWhile(message, beatMs);
        tasks.add(() => handle(message).finally(done));
      }
    })();
    const stop = async () => {
      if (!subscription.isDraining() && !subscription.isClosed()) await subscription.drain();
      await fed;
      await tasks.idle();
      stops.delete(stop);
    };
    stops.add(stop);
    // The server has the subscription once it answers the ping behind it.
    await connection.flush();
    return stop;
  };

  const answer = async (message: Msg, handler: BusHandler): Promise<void> => {
    try {
      const result = await handler(decodeMessage(message.string()), message.subject);
      message.respond(encodeMessage(message.subject, result));
    } catch (error) {
      const mark = headers();
      mark.set(failureHeader, '1');
      message.respond(JSON.stringify(describeError(error)), { headers: mark });
    }
  };

  return {
    async publish(subject, data) {
      assertOpen();
      assertSubject(subject);
      connection.publish(subject, encodeMessage(subject, data));
    },

    async subscribe(pattern, handler) {
      assertOpen();
      assertPattern(pattern);
      return serve(connection.subscribe(pattern), 1, async (message) => {
        try {
          await handler(decodeMessage(message.string()), message.subject);
        } catch (error) {
          options.onError(error, message.subject);
        }
      });
    },

    async respond(subject, { queue, concurrency = 1 }, handler) {
      assertOpen();
      assertPattern(subject);
      const subscription = connection.subscribe(subject, { queue });
      return serve(subscription, concurrency, (message) => answer(message, handler), beatMs);
    },

    async request(subject, data, { timeoutMs, signal }) {
      assertOpen();
      assertSubject(subject);
      signal?.throwIfAborted();
      const text = encodeMessage(subject, data);
      const reply = await askOverNats(connection, subject, text, { timeoutMs, signal, beatMs });
      if (reply.headers?.has(failureHeader)) {
        const failure = failureSchema.parse(decodeMessage(reply.string()));
        throw new RemoteError(failure.name, failure.message);
      }
      return decodeMessage(reply.string());
    },

    info: async () => ({
      engine: 'NATS',
      version: connection.info?.version ?? 'unknown',
      where: connection.getServer(),
    }),

    close() {
      closing ??= (async () => {
        // Answers still being worked out need the connection: it goes last.
        await Promise.all([...stops].map((stop) => stop()));
        await connection.drain();
      })();
      return closing;
    },
  };
}
