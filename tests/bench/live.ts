import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore } from '#platform/event-store';
import { createLogger } from '#platform/log';
import { newDataFolder } from '../support/product.ts';
import { seededRandom } from '../support/random.ts';
import { startEngine } from './bench-engine.ts';
import { startPostgres } from './bench-postgres.ts';
import type { Benchmark, Measured } from './benchmark.ts';
import { installEmmett } from './emmett/install.ts';
import type { EmmettLive, EmmettLiveRequest } from './emmett/live-main.ts';
import type { FillRequest } from './fill-main.ts';
import { type GeneratedEvent, generateEvents } from './generated-events.ts';
import { putGeneratedTexts } from './generated-texts.ts';
import { inProcess } from './in-process.ts';
import { digits, median, milliseconds, quantile, timed, times } from './measure.ts';
import { foldingReadModels } from './postgres-read-models.ts';
import { appendSteadily } from './steady-load.ts';

const probes = 300;
/** Each takes up to a second. */
const emmettProbes = 80;
/** Before anything is measured, so that everything is loaded and compiled. */
const warmUpProbes = 80;
const appendsPerSecond = 500;
/** By then something is wrong, or the machine cannot keep up with the appends. */
const longestMs = 60_000;

/**
 * From an append until a SELECT over a connection of its own finds the row in `document-list`, while one process follows
 * the log for all read models in Postgres; idle, and under a steady load. Against the append's own acknowledgement, the
 * earliest that anybody can know of it, and against Emmett. The SELECT is asked again and again without a pause: it is how exact this is.
 */
export const live: Benchmark = async () => {
  const folder = newDataFolder();
  const blobFolder = join(folder, 'blobs');
  await putGeneratedTexts(await openFileBlobStore(blobFolder));
  const engine = await startEngine('eventstore', folder);
  const postgres = await startPostgres();
  const store = connectEventStore(engine.url, eventRegistry, createLogger('live', 'warn'));
  const reader = new pg.Client({ connectionString: postgres.url });
  const request = { eventStoreUrl: engine.url, postgresUrl: postgres.url, blobFolder };
  const followers = await startFollowers({ ...request, models: foldingReadModels });
  try {
    await reader.connect();
    const events = generateEvents(Number.POSITIVE_INFINITY, 2);
    const load = (until: AbortSignal) => {
      const loading = appendSteadily(store, events, appendsPerSecond, until);
      // It is awaited when the probes are done: until then its failure is not unheard.
      loading.catch(() => {});
      return loading;
    };
    const warm = new AbortController();
    const warming = load(warm.signal);
    await probe(store, reader, warmUpProbes, 'warm');
    warm.abort();
    await warming;

    const idle = await probe(store, reader, probes, 'idle');
    const steady = new AbortController();
    const loading = load(steady.signal);
    const loaded = await probe(store, reader, probes, 'loaded');
    steady.abort();
    const { rate } = await loading;
    const lines = [
      line(`Live, idle, ${postgres.version}`, idle),
      line(`Live, under ${digits(rate)} appends/s`, loaded),
    ];
    // Emmett wants several sessions.
    return postgres.isEmbedded ? lines : [...lines, await emmettLine(postgres.url, median(idle.visible))];
  } finally {
    await followers.stop();
    await reader.end();
    await store.close();
    await postgres.stop();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Milliseconds since the append began. */
type Probed = {
  readonly acknowledged: readonly number[];
  readonly visible: readonly number[];
  /** How long one SELECT takes. */
  readonly select: readonly number[];
};

/** Uploads documents one after the other, at moments of chance, and looks when each is there. */
async function probe(store: EventStore, reader: pg.Client, count: number, name: string): Promise<Probed> {
  const random = seededRandom(count);
  const probed = { acknowledged: [] as number[], visible: [] as number[], select: [] as number[] };
  for (let number = 0; number < count; number++) {
    await pause(20 + random() * 60);
    const { stream, event } = upload(`${name}-${number}`);
    const began = performance.now();
    const appended = store.append(stream, [event], 'no-stream').then(() => {
      probed.acknowledged.push(performance.now() - began);
    });
    appended.catch(() => {});
    for (let found = 0; found === 0; ) {
      if (performance.now() - began > longestMs) throw new Error(`${name}: not visible in ${longestMs} ms.`);
      const { result, seconds } = await timed(() =>
        reader.query({ ...isThere, values: [event.data.documentId] }),
      );
      found = result.rowCount ?? 0;
      probed.select.push(seconds * 1000);
    }
    probed.visible.push(performance.now() - began);
    await appended;
  }
  return probed;
}

/** Through the view that readers use. */
const isThere = { name: 'is there', text: 'SELECT 1 FROM read.document WHERE document_id = $1' };

function upload(name: string) {
  const documentId = `probe-${name}`;
  const caseId = 'probes';
  const id = crypto.randomUUID();
  const actor = { kind: 'person', id: 'user-0' } as const;
  const metadata = {
    caseId,
    actor,
    correlationId: id,
    causationId: id,
    occurredAt: new Date().toISOString(),
  };
  const file = { fileName: `${name}.pdf`, sha256: '0'.repeat(64), size: 1000, mediaType: 'application/pdf' };
  const data = { documentId, caseId, ...file };
  return {
    stream: `document-${documentId}`,
    event: { id, type: 'DocumentUploaded', data, metadata },
  } satisfies GeneratedEvent;
}

/** The same row of the same read model by Emmett, idle, on the same PostgreSQL. */
async function emmettLine(postgresUrl: string, ours: number): Promise<Measured> {
  const version = installEmmett();
  const script = new URL('./emmett/live-main.ts', import.meta.url);
  const request = { postgresUrl, probes: emmettProbes };
  const { visible } = await inProcess<EmmettLiveRequest, EmmettLive>(script, request);
  return {
    name: `Emmett ${version}, idle: append to visible`,
    figure: `p50 ${milliseconds(median(visible))}, p99 ${milliseconds(quantile(visible, 0.99))}`,
    ratio: `${times(median(visible) / ours, 'ours')} at p50`,
  };
}

const line = (name: string, { acknowledged, visible, select }: Probed): Measured => ({
  name: `${name}: append to visible`,
  figure: `p50 ${milliseconds(median(visible))}, p99 ${milliseconds(quantile(visible, 0.99))} (± ${milliseconds(median(select))})`,
  ratio: `${times(median(visible) / median(acknowledged), 'the append alone')} (p50 ${milliseconds(median(acknowledged))}, p99 ${milliseconds(quantile(acknowledged, 0.99))})`,
});

async function startFollowers(request: FillRequest): Promise<{ stop(): Promise<void> }> {
  const child = fork(new URL('./follow-main.ts', import.meta.url), [JSON.stringify(request)]);
  const ended = once(child, 'exit');
  const ready = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (!ready) throw new Error('The followers ended before they had begun.');
  return {
    async stop() {
      child.send('stop');
      await ended;
    },
  };
}
