import { upgradeWebSocket } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { WebSocket } from 'ws';
import type { EventStore } from '#platform/event-store';
import type { ActorEnv } from '#platform/http/actor';
import { Problem } from '#platform/http/problem';
import type { Logger } from '#platform/log';
import type { Bus } from '#platform/ports';
import { retryDelay } from '#platform/retry';
import { noTracer, type Tracer } from '#platform/telemetry';
import { type LiveMessage, passingMessageSchema } from './contract.ts';
import { liveEventTypes, messageOf } from './live-messages.ts';
import { progressSubjects } from './passing-progress.ts';

/** A socket that does not answer a ping until the next one is dead. */
const heartbeatMs = 30_000;
/** A client that reads so slowly that more than this waits for it is dropped; it comes back and fetches anew. */
const longestBuffer = 1024 * 1024;

type Client = {
  readonly socket: WebSocket;
  readonly userId: string;
  /** Undefined for every case, null for none. */
  readonly caseId: string | undefined | null;
  answered: boolean;
};
type Told = Exclude<LiveMessage, { kind: 'hello' }>;

export type LiveHub = {
  /**
   * `GET /live`, with `?caseId=` to hear of one case only, or `?only=personal` of none. Needs the actor,
   * and a server that takes web sockets.
   */
  readonly handler: MiddlewareHandler<ActorEnv>;
  /** How many are connected. */
  clients(): number;
  close(): Promise<void>;
};

/** What is personal goes to that person alone; anything else to whoever watches its case, or all. */
const concerns = (message: Told, { userId, caseId }: Pick<Client, 'userId' | 'caseId'>): boolean =>
  message.kind === 'personal' ? message.userId === userId : caseId === undefined || caseId === message.caseId;

/**
 * Tells everyone connected what happens from now on: each event of cases and documents as the log takes it, and work in
 * passing as it is heard on the bus. Nothing is kept for those who are away: a client that comes back fetches anew.
 */
export function createLiveHub({
  store,
  bus,
  log,
  tracer = noTracer,
}: {
  store: EventStore;
  bus: Bus;
  log: Logger;
  tracer?: Tracer;
}): LiveHub {
  const clients = new Set<Client>();
  const stop = new AbortController();

  /** @returns how many it was sent to */
  function send(message: Told): number {
    const text = JSON.stringify(message);
    let sent = 0;
    for (const client of clients) {
      if (!concerns(message, client)) continue;
      if (client.socket.bufferedAmount > longestBuffer) drop(client, 'reads too slowly');
      else {
        client.socket.send(text);
        sent++;
      }
    }
    return sent;
  }

  function drop(client: Client, why: string): void {
    log.info({ why }, 'a live client was dropped');
    clients.delete(client);
    client.socket.terminate();
  }

  const heartbeat = setInterval(() => {
    for (const client of clients) {
      if (!client.answered) {
        drop(client, 'does not answer');
        continue;
      }
      client.answered = false;
      client.socket.ping();
    }
  }, heartbeatMs);
  heartbeat.unref();

  async function followLog(): Promise<void> {
    for (let failures = 0; !stop.signal.aborted; ) {
      try {
        const events = store.subscribe({ after: 'end', types: liveEventTypes, signal: stop.signal });
        for await (const event of events) {
          const message = messageOf(event);
          const sent = message ? send(message) : 0;
          if (sent > 0) tracer.pushed(event, sent);
          failures = 0;
        }
      } catch (error) {
        log.warn({ err: error }, 'the log cannot be followed for live messages; trying again');
        await retryDelay(++failures, stop.signal);
      }
    }
  }

  const following = followLog();
  const listening = Promise.all(
    progressSubjects.map((subject) =>
      bus.subscribe(subject, (data) => void send(passingMessageSchema.parse(data))),
    ),
  );
  listening.catch((error: unknown) => log.error({ err: error }, 'passing progress cannot be heard'));

  const upgrade: MiddlewareHandler<ActorEnv> = upgradeWebSocket((c) => {
    const userId: string = c.get('actor').id;
    const caseId = c.req.query('only') === 'personal' ? null : c.req.query('caseId');
    let client: Client | undefined;
    return {
      onOpen(_, { raw: socket }) {
        if (!(socket instanceof WebSocket)) throw new TypeError('Live messages need a socket of "ws".');
        const joined: Client = { socket, userId, caseId, answered: true };
        client = joined;
        socket.on('pong', () => {
          joined.answered = true;
        });
        socket.send(JSON.stringify({ kind: 'hello', userId } satisfies LiveMessage));
        clients.add(joined);
      },
      onClose() {
        if (client) clients.delete(client);
      },
      onError() {
        // A broken connection is no news; `close` follows.
      },
    };
  });

  return {
    handler: async (c, next) => {
      if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') {
        throw new Problem(426, 'upgrade-required', 'This is a web socket', {
          detail: 'Connect with ws:// or wss://.',
          headers: { upgrade: 'websocket' },
        });
      }
      return upgrade(c, next);
    },
    clients: () => clients.size,
    async close() {
      stop.abort();
      clearInterval(heartbeat);
      for (const { socket } of clients) socket.close(1001, 'Casefold is stopping');
      clients.clear();
      const subscriptions = await listening.catch(() => []);
      await Promise.all(subscriptions.map((unsubscribe) => unsubscribe()));
      await following;
    },
  };
}
