import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateControlPlane } from '#cli/migrate';
import { eventRegistry } from '#domain/registry';
import { type Clients, connect } from '#engines/connect';
import { applyGraphSchema } from '#engines/graph/schema';
import { readConfig } from '#platform/config';
import { createLogger } from '#platform/log';
import { activityMetrics } from '#projections/activity-metrics/read-model';
import { caseGraph } from '#projections/case-graph/read-model';
import { caseHistory } from '#projections/case-history/read-model';
import { documentList } from '#projections/document-list/read-model';
import { jobStatus } from '#projections/job-status/read-model';
import type { ReadModel } from '#projections/read-model';
import { cacheStore } from '#projections/runner/cache/cache-store';
import { type Follower, follow } from '#projections/runner/follower';
import { graphStore } from '#projections/runner/graph/graph-store';
import { createLogFeed, type LogFeed } from '#projections/runner/log-feed';
import { parkingIn } from '#projections/runner/parking-in-postgres';
import { createParkedEvents } from '#projections/runner/postgres/parked-events';
import { postgresStore } from '#projections/runner/postgres/store';
import type { Generation, ReadModelStore } from '#projections/runner/read-model-store';
import { certify } from '#projections/runner/rebuild/certificate';
import { compareGenerations } from '#projections/runner/rebuild/compare';
import { createFillControl } from '#projections/runner/rebuild/control';
import { countLog, inBatches } from '#projections/runner/rebuild/count-log';
import { fillGenerations } from '#projections/runner/rebuild/fill';
import { eventsThatShaped } from '#projections/runner/rebuild/lineage';
import type { FillTarget, Scan } from '#projections/runner/rebuild/target';
import { generateLog } from '../bench/generate-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'casefold-rebuild-'));
const log = createLogger('rebuild', 'warn');
const { signal } = new AbortController();
const history = caseHistory(Object.keys(eventRegistry));
const models: readonly ReadModel[] = [documentList, history, activityMetrics, jobStatus, caseGraph];
/** Fills in batches so small that there is a middle to stop in. */
const inSmallBatches = (model: ReadModel): ReadModel => ({ ...model, batchSize: 10 });

let clients: Clients;
let feed: LogFeed;
let head: bigint;
const followers: Follower[] = [];
const stores = new Map<string, ReadModelStore>();
const lives = new Map<string, Generation>();

beforeAll(async () => {
  clients = await connect(readConfig({ dataFolder: folder, logLevel: 'warn' }, {}), eventRegistry, log);
  await migrateControlPlane(clients.postgres);
  await generateLog(clients.store, 1000);
  head = await clients.store.headPosition();
  feed = createLogFeed(clients.store, log);
  for (const model of models) {
    const store = storeOf(model);
    stores.set(model.name, store);
    const live = await store.create({ version: 1, state: 'live', partitions: 1 });
    lives.set(model.name, live);
    const follower = follow({
      ...placeOf(model, live),
      feed,
      partition: 0,
      fence: 1n,
      readStream: clients.store.readStream,
      onAdvance: () => {},
      log,
    });
    followers.push(follower);
  }
  await Promise.all(followers.map((follower) => follower.reached(head)));
});

afterAll(async () => {
  await Promise.all(followers.map((follower) => follower.stop()));
  await feed.close();
  await clients.close();
  rmSync(folder, { recursive: true, force: true });
});

function storeOf(model: ReadModel): ReadModelStore {
  switch (model.sink) {
    case 'postgres':
      return postgresStore(clients.postgres.db, clients.postgres.pool, model);
    case 'graph':
      return graphStore(clients.graph, model, applyGraphSchema);
    case 'cache':
      return cacheStore(clients.cache, model);
  }
}

const storeNamed = (model: ReadModel) => stores.get(model.name) as ReadModelStore;
const liveOf = (model: ReadModel) => lives.get(model.name) as Generation;

const placeOf = (model: ReadModel, { generation, partitions }: Generation) => ({
  model,
  store: storeNamed(model),
  parking: parkingIn(createParkedEvents(clients.postgres.db), model.name),
  generation,
  partitions,
  skipped: (): ReadonlySet<string> => new Set<string>(),
});

async function newTarget(model: ReadModel, partitions = 1) {
  const generation = await storeNamed(model).create({ version: 1, state: 'building', partitions });
  const fences = new Map(Array.from({ length: partitions }, (_, partition) => [partition, 1n] as const));
  const target: FillTarget = { ...placeOf(model, generation), fences, control: createFillControl() };
  return { target, generation };
}

/** The store's scan, and how often it was begun. */
function countedScan() {
  let scans = 0;
  const scan: Scan = (options) => {
    scans++;
    return clients.store.scan({ ...options, batchSize: Math.min(options.batchSize ?? 100, 100) });
  };
  return { scan, scans: () => scans };
}

const compareWithLive = (model: ReadModel, after: Generation) =>
  compareGenerations({
    model,
    store: storeNamed(model),
    before: liveOf(model),
    after,
    freeze: (work) => work(head),
    signal,
  });

test('all read models are filled from one scan, stopped and resumed on the way, and equal the live ones', async () => {
  const made = await Promise.all(models.map((model) => newTarget(inSmallBatches(model))));
  const targets = made.map(({ target }) => target);
  const stop = new AbortController();
  let commits = 0;
  const first = countedScan();
  const stopped = fillGenerations({
    scan: first.scan,
    targets,
    signal: stop.signal,
    patienceMs: 60_000,
    onProgress: () => {
      if (++commits === 6) stop.abort(new Error('stopped on the way'));
    },
  });
  await expect(stopped).rejects.toThrow('stopped on the way');
  expect(first.scans()).toBe(1);

  const second = countedScan();
  const outcomes = await fillGenerations({ scan: second.scan, targets, signal, patienceMs: 60_000 });
  expect([...outcomes.values()].map(({ status }) => status)).toEqual(targets.map(() => 'filled'));
  expect(second.scans()).toBe(1);

  for (const [index, model] of models.entries()) {
    const { target, generation } = made[index] as Awaited<ReturnType<typeof newTarget>>;
    await target.store.finish(generation.generation);
    const comparison = await compareWithLive(model, generation);
    expect(comparison, model.name).toMatchObject({ equal: true, differences: [] });
    expect(comparison.entriesCompared, model.name).toBeGreaterThan(0);
    expect(comparison.digests.after, model.name).toBe(comparison.digests.before);
    // By the official client, and not by the scan that filled it.
    const counts = await countLog(inBatches(clients.store.readAll()), {
      types: model.types,
      after: -1n,
      upTo: head,
    });
    const certificate = await certify({
      ...placeOf(model, generation),
      generation,
      upTo: head,
      counts,
      skipped: new Set(),
      codeRevision: 'sha256:0',
      seconds: 1,
      signal,
    });
    expect(certificate.digest).toBe(comparison.digests.before);
    expect(certificate.eventsApplied).toMatchObject(
      Object.fromEntries(Object.entries(certificate.eventsInLog).filter(([, count]) => count > 0)),
    );
  }
});

test('a generation in partitions holds the same, and an entry says which events shaped it', async () => {
  const { target, generation } = await newTarget(history, 3);
  await fillGenerations({ scan: countedScan().scan, targets: [target], signal });
  expect(await compareWithLive(history, generation)).toMatchObject({ equal: true });

  const [part] = documentList.parts.slice(1);
  const [entry] = await storeNamed(documentList).page(
    liveOf(documentList).generation,
    part as never,
    undefined,
    1,
  );
  const key = entry?.key ?? [];
  const shaped = await eventsThatShaped(documentList, { part: 'document', key }, clients.store);
  const stream = await Array.fromAsync(clients.store.readStream(`document-${key[0]}`));
  expect(shaped.length).toBeGreaterThan(2);
  expect(shaped.map(({ id }) => id)).toEqual(stream.map(({ id }) => id));
});

test('a generation from which an event was left out is told from the live one, with the events', async () => {
  const { target, generation } = await newTarget(documentList);
  const first = await Array.fromAsync(clients.store.readAll({ limit: 100 }));
  const lost = first.find(({ type }) => type === 'DocumentTextExtracted');
  const losing: Scan = async function* (options) {
    for await (const { events, upTo } of clients.store.scan(options))
      yield { events: events.filter(({ id }) => id !== lost?.id), upTo };
  };
  await fillGenerations({ scan: losing, targets: [target], signal });
  const comparison = await compareWithLive(documentList, generation);
  expect(comparison.equal).toBe(false);
  expect(comparison.digests.after).not.toBe(comparison.digests.before);
  expect(comparison.differences.map(({ kind }) => kind)).toContain('different');
  const counts = await countLog(inBatches(clients.store.readAll()), {
    types: documentList.types,
    after: -1n,
    upTo: head,
  });
  const certified = certify({
    ...placeOf(documentList, generation),
    generation,
    upTo: head,
    counts,
    skipped: new Set(),
    codeRevision: 'sha256:0',
    seconds: 1,
    signal,
  });
  await expect(certified).rejects.toThrow(new RegExp(`${lost?.type}: .*1 missing`));
});
