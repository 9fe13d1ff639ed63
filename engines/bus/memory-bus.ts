import {
  type Bus,
  BusClosedError,
  type BusHandler,
  NoResponderError,
  RemoteError,
  type Unsubscribe,
} from '#platform/ports';
import {
  assertPattern,
  assertSubject,
  decodeMessage,
  describeError,
  encodeMessage,
  taskQueue,
} from './bus-message.ts';
import { firstAnswer } from './first-answer.ts';

type Reply = { answer: string } | { name: string; message: string };
type Listener = {
  readonly pattern: readonly string[];
  readonly handler: BusHandler;
  readonly queue: string | undefined;
  readonly tasks: ReturnType<typeof taskQueue>;
};

/**
 * The embedded {@link Bus}: all roles in one process. Data still goes through JSON, so that nobody comes to share an
 * object by accident and what works here works over NATS.
 *
 * @param options.onError told of errors thrown by the handlers of subscriptions
 */
export function createMemoryBus(options: { onError: (error: unknown, subject: string) => void }): Bus {
  const listeners = new Set<Listener>();
  let closed = false;
  const assertOpen = () => {
    if (closed) throw new BusClosedError();
  };

  const listen = (
    pattern: string,
    queue: string | undefined,
    limit: number,
    handler: BusHandler,
  ): Unsubscribe => {
    assertOpen();
    assertPattern(pattern);
    const listener = { pattern: pattern.split('.'), handler, queue, tasks: taskQueue(limit) };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      return listener.tasks.idle();
    };
  };

  const tell = (listener: Listener, subject: string, text: string) =>
    listener.tasks.add(async () => {
      try {
        await listener.handler(decodeMessage(text), subject);
      } catch (error) {
        options.onError(error, subject);
      }
    });

  const ask = (listener: Listener, subject: string, text: string): Promise<Reply> =>
    new Promise((resolve) =>
      listener.tasks.add(async () => {
        try {
          const answer = await listener.handler(decodeMessage(text), subject);
          resolve({ answer: encodeMessage(subject, answer) });
        } catch (error) {
          resolve(describeError(error));
        }
      }),
    );

  return {
    async publish(subject, data) {
      assertOpen();
      assertSubject(subject);
      const text = encodeMessage(subject, data);
      for (const listener of receivers(listeners, subject)) tell(listener, subject, text);
    },
    subscribe: async (pattern, handler) => listen(pattern, undefined, 1, handler),
    respond: async (subject, { queue, concurrency = 1 }, handler) =>
      listen(subject, queue, concurrency, handler),
    async request(subject, data, { timeoutMs, signal }) {
      assertOpen();
      assertSubject(subject);
      signal?.throwIfAborted();
      const text = encodeMessage(subject, data);
      const found = receivers(listeners, subject);
      for (const listener of found) if (listener.queue === undefined) tell(listener, subject, text);
      const responders = found.filter((listener) => listener.queue !== undefined);
      if (responders.length === 0) throw new NoResponderError(subject);
      const answers = Promise.race(responders.map((listener) => ask(listener, subject, text)));
      const reply = await firstAnswer(answers, subject, timeoutMs, signal);
      if ('answer' in reply) return decodeMessage(reply.answer);
      throw new RemoteError(reply.name, reply.message);
    },
    info: async () => ({ engine: 'in memory', version: process.version, where: `process ${process.pid}` }),
    async close() {
      closed = true;
      const open = [...listeners];
      listeners.clear();
      await Promise.all(open.map((listener) => listener.tasks.idle()));
    },
  };
}

/** Everyone who hears the subject: all subscribers, and of each queue its least busy member. */
function receivers(listeners: Iterable<Listener>, subject: string): Listener[] {
  const tokens = subject.split('.');
  const subscribers: Listener[] = [];
  const members = new Map<string, Listener>();
  for (const listener of listeners) {
    if (!matches(listener.pattern, tokens)) continue;
    if (listener.queue === undefined) subscribers.push(listener);
    else {
      const best = members.get(listener.queue);
      if (best === undefined || listener.tasks.load < best.tasks.load) members.set(listener.queue, listener);
    }
  }
  return [...subscribers, ...members.values()];
}

function matches(pattern: readonly string[], subject: readonly string[]): boolean {
  for (const [at, token] of pattern.entries()) {
    if (token === '>') return subject.length > at;
    if (token !== '*' && token !== subject[at]) return false;
  }
  return pattern.length === subject.length;
}
