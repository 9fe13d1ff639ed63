import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { connectEventStore } from '#platform/clients/eventstore';
import { connectPostgres } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import { type Follower, follow } from '#projections/runner/follower';
import { createLogFeed } from '#projections/runner/log-feed';
import { parkingIn } from '#projections/runner/parking-in-postgres';
import { createParkedEvents } from '#projections/runner/postgres/parked-events';
import { postgresStore } from '#projections/runner/postgres/store';
import type { FillRequest } from './fill-main.ts';
import { postgresReadModel } from './postgres-read-models.ts';

/**
 * Keeps a live generation of each read model up to date, in a process of its own, as a projection worker does: tells
 * `ready` when it has begun, and ends when it is told anything.
 */
async function followLive({ eventStoreUrl, postgresUrl, blobFolder, models }: FillRequest): Promise<void> {
  const log = createLogger('follow', 'warn');
  const events = connectEventStore(eventStoreUrl, eventRegistry, log);
  const { db, pool, close } = connectPostgres(postgresUrl, log);
  const blobs = await openFileBlobStore(blobFolder);
  const feed = createLogFeed(events, log);
  const followers: Follower[] = [];
  for (const name of models) {
    const model = postgresReadModel(name, blobs);
    const store = postgresStore(db, pool, model);
    const { generation } = await store.create({ version: model.version, state: 'live', partitions: 1 });
    followers.push(
      follow({
        ...{ model, store, feed, generation, partition: 0, partitions: 1, fence: 1n, log },
        parking: parkingIn(createParkedEvents(db), name),
        skipped: () => new Set(),
        readStream: events.readStream,
        onAdvance: () => {},
      }),
    );
  }
  const told = new Promise((resolve) => process.once('message', resolve));
  // Whoever started us has ended without a word.
  process.once('disconnect', () => process.exit(1));
  process.send?.('ready');
  await told;
  await Promise.all(followers.map((follower) => follower.stop()));
  await feed.close();
  await events.close();
  await close();
  process.exit(0);
}

await followLive(JSON.parse(process.argv[2] ?? '{}') as FillRequest);
