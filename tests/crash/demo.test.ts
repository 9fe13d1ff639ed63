import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDemoCase } from '#commands/demo/demo-case';
import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { connectEventStore } from '#platform/clients/eventstore';
import { createLogger } from '#platform/log';
import { startEngine } from '../contract/eventstore/engine.ts';
import { until } from '../support/until.ts';

const log = createLogger('demo', 'silent');
const names = Array.from({ length: 12 }, (_, number) => `note ${number}.txt`);

/** A demo of a dozen notes and a Casefold's log and blobs for it; what is done before each upload can be chosen. */
async function startDemo(beforeUpload: (upload: number) => Promise<void> = async () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-demo-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const documents = names.map((file) => ({ file }));
  await writeFile(join(folder, 'case.json'), JSON.stringify({ name: 'Notes', documents }));
  for (const name of names) await writeFile(join(folder, name), `This is ${name}.`);

  let engine = await startEngine();
  onTestFinished(() => engine.kill());
  const store = connectEventStore(engine.url, eventRegistry, log);
  onTestFinished(() => store.close());
  const files = await openFileBlobStore(join(folder, 'blobs'));
  let uploads = 0;
  let dead = false;
  const blobs: typeof files = {
    ...files,
    async put(bytes) {
      // A store that is busy looks at what it is given a while later.
      for (let look = 0; look < 3; look++) await readdir(folder);
      const stored = await files.put(bytes);
      await beforeUpload(++uploads);
      return stored;
    },
  };
  const demo = createDemoCase({ store, blobs, log }, folder);
  onTestFinished(demo.stop);
  const uploaded = async () => {
    const found: string[] = [];
    for await (const event of store.readAll()) {
      if (event.type === 'DocumentUploaded') found.push((event.data as { fileName: string }).fileName);
    }
    return found;
  };
  return {
    demo,
    folder,
    uploads: () => uploads,
    uploaded,
    isDead: () => dead,
    async kill() {
      await engine.kill();
      dead = true;
    },
    async restart() {
      engine = await startEngine(engine.folder, engine.port);
      dead = false;
    },
  };
}

test('the demo case goes on loading when the log comes back, and can be looked at meanwhile', async () => {
  const casefold = await startDemo(async (upload) => {
    if (upload === 5) await casefold.kill();
  });
  const { demo, uploaded } = casefold;
  const looksLike = async (state: string) =>
    expect(await demo.status()).toMatchObject({ state, total: names.length, done: 0 });

  // Away before the load begins, where no command waits for it.
  await casefold.kill();
  await looksLike('absent');
  demo.load();
  for (let look = 0; look < 20; look++) await looksLike('loading');
  await casefold.restart();

  // Away in the middle.
  await until('four documents are there and the log is gone', async () => {
    await looksLike('loading');
    return casefold.uploads() === 5 && casefold.isDead();
  });
  for (let look = 0; look < 20; look++) await looksLike('loading');
  await casefold.restart();
  await until('every document is there', async () => (await uploaded()).length === names.length);
  expect(await uploaded()).toEqual(names);
});

test('a load that ended too early says so, and goes on when asked to', async () => {
  const { demo, folder, uploaded } = await startDemo();
  expect((await demo.status()).state).toBe('absent');
  const [aside, missing] = [join(folder, 'aside'), join(folder, 'note 7.txt')];
  await rename(missing, aside);
  demo.load();
  await until('the load has ended', async () => (await demo.status()).state === 'interrupted');
  expect(await uploaded()).toEqual(names.slice(0, 7));

  await rename(aside, missing);
  demo.load();
  await until('every document is there', async () => (await uploaded()).length === names.length);
  expect(await uploaded()).toEqual(names);
  expect((await demo.status()).state).toBe('loading');
});
