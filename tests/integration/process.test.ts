import { readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCasefold } from '../support/casefold-process.ts';
import { descendantsOf, processesWith, runningAmong } from '../support/processes.ts';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

/** The product as a person meets it in a terminal: starts, stops, and says what is wrong. */
const folder = newDataFolder();
let casefold: Product;
beforeAll(async () => {
  casefold = await startProduct({ folder });
});
afterAll(async () => {
  await casefold.stop();
  rmSync(folder, { recursive: true, force: true });
});

const wires = ['EventStoreDB', 'Postgres', 'Neo4j', 'Redis', 'NATS', 'Models', 'Reranker', 'Blobs'];

test('a second Casefold on the same folder is refused and leaves the first alone', async () => {
  const { code, printed } = await runCasefold(['up', '--port', '0', '--data', folder]);
  expect(code).toBe(1);
  expect(printed).toContain(`The folder ${folder} is in use by another running Casefold process.`);
  expect(printed).toContain('--data');
  expect(printed).not.toMatch(/^\s+at /m);
  expect((await casefold.health()).engines.map(({ restarts }) => restarts)).toEqual([0, 0, 0]);
});

test('doctor asks the running Casefold, and every wire answers', async () => {
  const { code, printed } = await runCasefold(['doctor', '--data', folder]);
  expect(printed.match(/✓ \w+/g)).toEqual(wires.map((wire) => `✓ ${wire}`));
  expect(printed).toContain('pgvector');
  expect(printed).toContain('LadybugDB');
  expect(code).toBe(0);
});

test('link prints a sign-in link that works once', async () => {
  const { code, printed } = await runCasefold(['link', '--data', folder]);
  expect(code).toBe(0);
  const path = new URL(printed.trim()).pathname;
  const first = await casefold.request(path, { token: null });
  expect(first.headers.get('set-cookie')).toContain('casefold_session=');
  const second = await casefold.request(path, { token: null });
  expect(second.headers.get('set-cookie')).toBeNull();
});

test('a port that is taken is said to be so, and no engine stays behind', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  try {
    await until('the port is held', () => holder.listening);
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const other = newDataFolder();
    const { code, printed } = await runCasefold(
      ['up', '--port', String(port), '--data', other, '--roles', 'read-api'],
      { CASEFOLD_LOG_LEVEL: 'warn' },
    );
    expect(code).toBe(1);
    expect(printed).toContain(`Port ${port} is taken. Choose another with --port`);
    expect(processesWith(other)).toEqual([]);
    rmSync(other, { recursive: true, force: true });
  } finally {
    holder.close();
  }
});

test('Ctrl-C stops every child once, and the next start finds everything and takes nothing in twice', async () => {
  const { caseId } = await casefold.openCase('Stopped and started');
  const files = ['one', 'two'].map((word) => ({
    fileName: `${word}.txt`,
    content: `This is document ${word}. `.repeat(20),
  }));
  await casefold.upload(caseId, files);
  await until(
    'both are ready',
    async () => (await casefold.documents(caseId)).filter(({ stage }) => stage === 'ready').length === 2,
  );
  const before = await casefold.caughtUp();
  const documents = await casefold.documents(caseId);
  const pids = descendantsOf(casefold.pid).map(({ pid }) => pid);
  expect(casefold.engines().size).toBe(3);

  expect(await casefold.stop('SIGINT')).toBe(0);
  expect(runningAmong(pids)).toEqual([]);
  expect(casefold.printed()).not.toMatch(/died and is started again|the stop was not clean/);
  expect(readdirSync(folder)).not.toContain('address');

  const { code, printed } = await runCasefold(['doctor', '--data', folder]);
  expect(printed.match(/✓ \w+/g)).toEqual(wires.map((wire) => `✓ ${wire}`));
  expect(code).toBe(0);
  const link = await runCasefold(['link', '--data', folder]);
  expect(link).toEqual({
    code: 1,
    printed: expect.stringContaining(`No Casefold is running on ${folder}. Start it with "npm start"`),
  });

  casefold = await startProduct({ folder });
  // Nothing was written by the start: the owner is known, and no reactor did anything again.
  expect(await casefold.caughtUp()).toBe(before);
  expect(await casefold.documents(caseId)).toEqual(documents);
  const again = await casefold.upload(caseId, files);
  expect(again.documents.map(({ duplicateOf }) => duplicateOf)).toEqual(
    again.documents.map(({ documentId }) => documentId),
  );
  expect(await casefold.caughtUp()).toBe(before);
});

test('SIGTERM to the group is a clean stop too, and a kill leaves a folder that says nobody is there', async () => {
  expect(await casefold.stop('SIGTERM')).toBe(0);
  expect(casefold.printed()).not.toMatch(/died and is started again|the stop was not clean/);

  casefold = await startProduct({ folder });
  await casefold.kill();
  expect(readdirSync(folder)).toContain('address');
  const { code, printed } = await runCasefold(['link', '--data', folder]);
  expect(code).toBe(1);
  expect(printed).toContain(`No Casefold is running on ${folder}`);
});
