import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { startEventStore } from '#engines/eventstore/server';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore } from '#platform/event-store';
import { createLogger } from '#platform/log';
import { createDemoCase } from './demo-case.ts';

const log = createLogger('test', 'silent');

async function openStores(folder: string) {
  const engine = await startEventStore({ folder: join(folder, 'log'), port: 0, log });
  const store = connectEventStore(`esdb://127.0.0.1:${engine.port}?tls=false`, eventRegistry, log);
  onTestFinished(async () => {
    await store.close();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store, blobs: await openFileBlobStore(join(folder, 'blobs')) };
}

test('a load whose last upload comes while it is counted is not taken for one cut short', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-demo-case-'));
  const samples = join(folder, 'samples');
  mkdirSync(samples);
  writeFileSync(join(samples, 'note.txt'), 'The only note.');
  writeFileSync(join(samples, 'case.json'), '{"name": "Notes", "documents": [{"file": "note.txt"}]}');
  const { store, blobs } = await openStores(folder);

  const [uploading, upload] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const [counted, tell] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let counting = false;
  const slow: EventStore = {
    ...store,
    async *readStream(stream, from) {
      const isCount = counting && stream.startsWith('document-');
      yield* store.readStream(stream, from);
      if (!isCount) return;
      counting = false;
      counted.resolve();
      await tell.promise;
    },
  };
  const held: typeof blobs = {
    ...blobs,
    async put(bytes) {
      const stored = await blobs.put(bytes);
      uploading.resolve();
      await upload.promise;
      return stored;
    },
  };
  const demo = createDemoCase({ store: slow, blobs: held, log }, samples);

  demo.load();
  await uploading.promise;
  counting = true;
  const status = demo.status();
  await counted.promise;
  upload.resolve();
  await expect.poll(() => store.headPosition()).toBeGreaterThan(0n);
  await expect.poll(async () => (await Array.fromAsync(store.readAll())).length).toBe(2);
  await nextTurn();
  tell.resolve();
  expect((await status).state).toBe('loading');
});
