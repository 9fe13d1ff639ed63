import { EventStoreDBClient } from '@eventstore/db-client';
import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import { createLogger } from '#platform/log';
import { timedWithCpu } from './measure.ts';

/** Events that are read before the clock runs, so that everything is loaded and compiled. */
const warmUp = 20_000;

export type ReadTime = { readonly seconds: number; readonly cpuSeconds: number };

/** What the unmodified client takes to read all of a log and do nothing with it. */
export async function bareReadAll(url: string): Promise<ReadTime> {
  const client = EventStoreDBClient.connectionString(url);
  try {
    await count(client.readAll({ maxCount: warmUp }));
    return await timedWithCpu(() => count(client.readAll()));
  } finally {
    await client.dispose();
  }
}

/** What the scan of a rebuild takes, with every type of event decoded and nothing done with them. */
export async function bareScan(url: string): Promise<ReadTime> {
  const store = connectEventStore(url, eventRegistry, createLogger('scan', 'warn'));
  const types = Object.keys(eventRegistry);
  try {
    for await (const { upTo } of store.scan({ types })) if (upTo > warmUp) break;
    return await timedWithCpu(() => count(store.scan({ types })));
  } finally {
    await store.close();
  }
}

async function count(source: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _ of source) found++;
  return found;
}
