import { EventStoreDBClient } from '@eventstore/db-client';
import { migrateControlPlane } from '#cli/migrate';
import { eventRegistry } from '#domain/registry';
import { connectEventStore } from '#platform/clients/eventstore';
import { connectPostgres } from '#platform/clients/postgres';
import type { EventStore } from '#platform/event-store';
import { createLogger, type Logger } from '#platform/log';
import { documentList } from '#projections/document-list/projection';
import { createLogFeed } from '#projections/runner/log-feed';
import { postgresSink } from '#projections/runner/postgres-sink';
import { runProjection } from '#projections/runner/runner';
import { newDataFolder } from '../support/product.ts';
import { startEngine } from './bench-engine.ts';
import type { Benchmark } from './benchmark.ts';
import { generateLog } from './generate-log.ts';
import { perSecond, timed, times } from './measure.ts';

const events = 20_000;

/**
 * `document-list` from nothing, through the real feed, runner and sink, against the unmodified client reading the same
 * log and doing nothing with it: the client's reading is the limit (it decodes every event on one thread).
 */
export const rebuild: Benchmark = async () => {
  const folder = newDataFolder();
  const log = createLogger('rebuild', 'warn');
  const eventstore = await startEngine('eventstore', folder);
  const postgres = await startEngine('postgres', folder);
  const store = connectEventStore(eventstore.url, eventRegistry, log);
  try {
    const count = await generateLog(store, events);
    const bare = count / (await bareReadAll(eventstore.url));
    const decoded = count / (await timed(() => countAll(store))).seconds;
    const rebuilt = count / (await rebuildSeconds(store, postgres.url, log));
    return [
      {
        name: `readAll, bare client, ${count} events`,
        figure: perSecond(bare, 'events'),
        ratio: 'the limit',
      },
      {
        name: 'readAll, decoded and checked',
        figure: perSecond(decoded, 'events'),
        ratio: times(decoded / bare, 'bare readAll'),
      },
      {
        name: 'Rebuild of document-list',
        figure: perSecond(rebuilt, 'events'),
        ratio: times(rebuilt / bare, 'bare readAll'),
      },
    ];
  } finally {
    await store.close();
    await postgres.stop();
    await eventstore.stop();
  }
};

async function bareReadAll(url: string): Promise<number> {
  const client = EventStoreDBClient.connectionString(url);
  try {
    // The first read loads and compiles; the second is what the client can do.
    await drain(client.readAll());
    return (await timed(() => drain(client.readAll()))).seconds;
  } finally {
    await client.dispose();
  }
}

async function drain(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of events) count++;
  return count;
}

const countAll = (store: EventStore) => drain(store.readAll());

async function rebuildSeconds(store: EventStore, url: string, log: Logger): Promise<number> {
  const client = connectPostgres(url, log);
  const head = await store.headPosition();
  const feed = createLogFeed(store, log);
  try {
    await migrateControlPlane(client);
    const { promise: there, resolve } = Promise.withResolvers<void>();
    const { result: running, seconds } = await timed(async () => {
      const advanced = (_: string, position: bigint) => {
        if (position >= head) resolve();
      };
      const projection = runProjection(
        documentList,
        postgresSink(client.db, documentList),
        feed,
        advanced,
        log,
      );
      await there;
      return projection;
    });
    await running.stop();
    return seconds;
  } finally {
    await feed.close();
    await client.close();
  }
}
