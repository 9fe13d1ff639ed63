import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { startEngine } from './engine.ts';

/**
 * The server a contract suite runs against: the one at `EVENTSTORE_URL`, or an embedded engine of its own. Nothing in
 * a suite may assume an empty log: each test uses streams, types and groups with names of its own.
 */
export function contractServer(): { readonly url: string; readonly client: EventStoreDBClient } {
  let url = '';
  let client: EventStoreDBClient | undefined;
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const external = process.env.EVENTSTORE_URL;
    if (external) url = external;
    else {
      const engine = await startEngine();
      url = engine.url;
      stop = engine.stop;
    }
    client = EventStoreDBClient.connectionString(url);
  });
  afterAll(async () => {
    await client?.dispose();
    await stop?.();
  });
  return {
    get url() {
      return url;
    },
    get client() {
      if (!client) throw new Error('The server is started before the tests, not while they are collected.');
      return client;
    },
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
