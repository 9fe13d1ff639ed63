import { exec } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { until } from '../../support/until.ts';
import { startEngine } from './engine.ts';

/** The server the suite was given; an embedded engine for each file where it was given none. */
export const givenUrl = process.env.EVENTSTORE_URL || undefined;

/** What kills a given server and starts it again on its data: a shell command. */
const restartCommand = process.env.EVENTSTORE_RESTART_COMMAND || undefined;

/** Our own engine can be killed at will; a given server only where we are told how. */
export const canRestart = givenUrl === undefined || restartCommand !== undefined;

export type ContractServer = {
  readonly url: string;
  readonly client: EventStoreDBClient;
  /** Kills the server without warning and starts it again on its data; resolves when `client` can read from it. */
  restart(): Promise<void>;
};

/**
 * The server a contract suite runs against. It may hold anything, and others may use it at the same time: each test uses
 * streams, types and groups with names of its own, and assumes nothing about positions but their order.
 */
export function contractServer(): ContractServer {
  let running: Omit<ContractServer, 'restart'> & { restart(): Promise<void>; stop(): Promise<unknown> };
  beforeAll(async () => {
    running = givenUrl === undefined ? await ownServer() : givenServer(givenUrl);
  });
  afterAll(async () => {
    // The client waits for reads to end that were broken off, which they never do.
    await Promise.race([running.client.dispose(), delay(500)]);
    await running.stop();
  });
  return {
    get url() {
      return running.url;
    },
    get client() {
      return running.client;
    },
    async restart() {
      await running.restart();
      await until('the server can be read again', () => answers(running.client));
    },
  };
}

async function ownServer() {
  let engine = await startEngine();
  return {
    url: engine.url,
    client: EventStoreDBClient.connectionString(engine.url),
    async restart() {
      await engine.kill();
      engine = await startEngine(engine.folder, engine.port);
    },
    stop: () => engine.stop(),
  };
}

function givenServer(url: string) {
  return {
    url,
    client: EventStoreDBClient.connectionString(url),
    async restart() {
      if (restartCommand === undefined) throw new Error('EVENTSTORE_RESTART_COMMAND is not set.');
      await promisify(exec)(restartCommand);
    },
    stop: async () => undefined,
  };
}

async function answers(client: EventStoreDBClient): Promise<boolean> {
  await collect(client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }));
  return true;
}

/** Who the server knows: the user in the URL it was given by, or the one a new EventStoreDB has. */
export function credentials(): { readonly username: string; readonly password: string } {
  const [, username, password] = /^[^/]+\/\/([^:@/]+):([^@/]+)@/.exec(givenUrl ?? '') ?? [];
  return {
    username: decodeURIComponent(username ?? 'admin'),
    password: decodeURIComponent(password ?? 'changeit'),
  };
}

/** A name nobody else uses. */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID().replaceAll('-', '')}`;
}

/** A few JSON events of one type, numbered in their data. */
export function numberedEvents(count: number, type = 'Numbered', from = 0) {
  return Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { number: from + index } }));
}

/** The numbers in the data of events made by {@link numberedEvents}. */
export function numbers(events: readonly { event?: { data: unknown } }[]): number[] {
  return events.map(({ event }) => z.object({ number: z.number() }).parse(event?.data).number);
}

/** The numbers from 0 up to a count, that one left out. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

/** All that an async iterable gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/**
 * The first `count` events of a subscription, then its end. Leaving a `for await` is not enough to end one: the client
 * stops reading, and the server still counts it as connected.
 */
export async function take<T>(
  subscription: AsyncIterable<T> & { unsubscribe(): Promise<void> },
  count: number,
): Promise<T[]> {
  const items: T[] = [];
  try {
    for await (const item of subscription) {
      items.push(item);
      if (items.length === count) break;
    }
  } finally {
    await subscription.unsubscribe();
  }
  return items;
}
