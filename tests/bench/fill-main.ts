import { getHeapStatistics } from 'node:v8';
import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { connectEventStore } from '#platform/clients/eventstore';
import { connectPostgres } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import { parkingIn } from '#projections/runner/parking-in-postgres';
import { createParkedEvents } from '#projections/runner/postgres/parked-events';
import { postgresStore } from '#projections/runner/postgres/store';
import { createFillControl } from '#projections/runner/rebuild/control';
import { fillGenerations } from '#projections/runner/rebuild/fill';
import type { FillTarget } from '#projections/runner/rebuild/target';
import { timed, timedWithCpu } from './measure.ts';
import { postgresReadModel } from './postgres-read-models.ts';

export type FillRequest = {
  readonly eventStoreUrl: string;
  readonly postgresUrl: string;
  readonly blobFolder: string;
  readonly models: readonly string[];
};

/** What a fill came to. */
export type Filled = {
  /** Number of the new generation, by read model. */
  readonly generations: Readonly<Record<string, number>>;
  /** From the first event to the last commit. */
  readonly seconds: number;
  /** Indexes and statistics, afterwards. */
  readonly finishSeconds: number;
  /** Of the processor, in the process that fills. */
  readonly cpuSeconds: number;
  readonly peak: { readonly residentBytes: number; readonly heapBytes: number };
};

const sampleMs = 50;
const log = createLogger('fill', 'warn');

/** Runs in the process that `fillInProcess` starts. */
async function fill({ eventStoreUrl, postgresUrl, blobFolder, models }: FillRequest): Promise<Filled> {
  const events = connectEventStore(eventStoreUrl, eventRegistry, log);
  const { db, pool, close } = connectPostgres(postgresUrl, log);
  const blobs = await openFileBlobStore(blobFolder);
  const targets: FillTarget[] = [];
  for (const name of models) {
    const model = postgresReadModel(name, blobs);
    const store = postgresStore(db, pool, model);
    const { generation } = await store.create({ version: model.version, state: 'building', partitions: 1 });
    targets.push({
      ...{ model, store, generation, partitions: 1, fences: new Map([[0, 1n]]) },
      parking: parkingIn(createParkedEvents(db), name),
      skipped: () => new Set(),
      control: createFillControl(),
    });
  }
  const heap = watchHeap();
  const { signal } = new AbortController();
  const {
    result: outcomes,
    seconds,
    cpuSeconds,
  } = await timedWithCpu(() => fillGenerations({ scan: events.scan, targets, signal }));
  for (const outcome of outcomes.values()) if (outcome.status === 'failed') throw outcome.error;
  const peak = { residentBytes: process.resourceUsage().maxRSS * 1024, heapBytes: heap.stop() };
  const finish = await timed(async () => {
    for (const { store, generation } of targets) await store.finish(generation);
  });
  await events.close();
  await close();
  const generations = Object.fromEntries(targets.map(({ model, generation }) => [model.name, generation]));
  return { generations, seconds, finishSeconds: finish.seconds, cpuSeconds, peak };
}

/** Looks again and again how much of the heap is used: what is not collected yet counts as well. */
function watchHeap(): { stop(): number } {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, getHeapStatistics().used_heap_size);
  };
  const timer = setInterval(look, sampleMs);
  return {
    stop() {
      look();
      clearInterval(timer);
      return peak;
    },
  };
}

const filled = await fill(JSON.parse(process.argv[2] ?? '{}') as FillRequest);
process.send?.(filled, () => process.disconnect());
