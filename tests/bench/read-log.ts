import { EventStoreDBClient } from '@eventstore/db-client';
import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import { createLogger } from '#platform/log';
import { timed } from './measure.ts';

/** Events that are read before the clock runs, so that everything is loaded and compiled. */
const warmUp = 20_000;

/** Seconds that the unmodified client takes to read all of a log and do nothing with it. */
export async function bareReadAllSeconds(url: string): Promise<number> {
  const client = EventStoreDBClient.connectionString(url);
  try {
    await count(client.readAll({ maxCount: warmUp }));
    return (await timed(() => count(client.readAll()))).seconds;
  } finally {
    await client.dispose();
  }
}

/** Seconds that the scan of a rebuild takes, with every type of event decoded and nothing done with them. */
export async function bareScanSeconds(url: string): Promise<number> {
  const store = connectEventStore(url, eventRegistry, createLogger('scan', 'warn'));
  const types = Object.keys(eventRegistry);
  try {
    for await (const { upTo } of store.scan({ types })) if (upTo > warmUp) break;
    return (await timed(() => count(store.scan({ types })))).seconds;
  } finally {
    await store.close();
  }
}

/** Reads to the end. */
export async function count(source: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _ of source) found++;
  return found;
}
