import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLogger } from '#platform/log';
import type { EmbeddingModel } from '../models/model.ts';
import { type ModelThreads, type ModelThreadsOptions, startModelThreads } from './model-threads.ts';

const log = createLogger('test', 'silent');
const entry = new URL('./testing/misbehaving-model.ts', import.meta.url);
let threads: ModelThreads;
const embedder = () => threads.embedders[0] as EmbeddingModel;
const started = (options: ModelThreadsOptions = {}) => {
  threads = startModelThreads(log, { entry, analyseMs: 60_000, ...options });
  return threads;
};
const analyse = (text: string, signal?: AbortSignal) =>
  threads.analyst.analyse({ text, passages: [] }, signal);
const well = { entities: [], topics: [], relations: [], summary: { sentences: [] } };
afterEach(() => threads.close());

describe('the threads of the models', () => {
  test('a text without end fails by itself, under a name; who waits behind it is served', async () => {
    started({ analyseMs: 2000 });
    const endless = expect(analyse('loop')).rejects.toMatchObject({
      name: 'ModelTimeoutError',
      message: expect.stringContaining('within 2 s'),
    });
    const behind = analyse('well');
    await endless;
    expect(await behind).toEqual(well);
  });

  test('a search and the embedding of documents wait for no analysis', async () => {
    started();
    const endless = analyse('loop').catch((error: Error) => error.name);
    const [vector] = await embedder().embed(['what was agreed'], 'query');
    expect(vector).toHaveLength(embedder().dimensions);
    await embedder().embed(['a passage'], 'document');
    await threads.close();
    expect(await endless).toBe('ServiceUnavailableError');
  });

  test('a batch to embed has its limit too', async () => {
    started({ embedMs: 2000 });
    await expect(embedder().embed(['loop'], 'document')).rejects.toMatchObject({
      name: 'ModelTimeoutError',
    });
    await embedder().embed(['a passage'], 'document');
  });

  test.each(['die', 'grow'])('a text that the thread dies of (%s) fails alone', async (how) => {
    started({ heapMb: 24 });
    const deadly = expect(analyse(how)).rejects.toMatchObject({ name: 'ModelCrashError' });
    const behind = analyse('well');
    await deadly;
    expect(await behind).toEqual(well);
  });

  test('a refusal leaves the thread as it is', async () => {
    started();
    await expect(analyse('refuse')).rejects.toThrow('analyse refuses');
    expect(await analyse('well')).toEqual(well);
  });

  test('a thread that dies while it loads is tried again after a pause, and nobody waits for it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'casefold-model-'));
    const [fault, faulty] = [join(folder, 'fault'), join(folder, 'faulty.mjs')];
    writeFileSync(fault, '');
    const dieOnce = `if (existsSync('${fault}')) { rmSync('${fault}'); process.exit(3); }`;
    writeFileSync(
      faulty,
      `import { existsSync, rmSync } from 'node:fs'; ${dieOnce} await import('${entry}');`,
    );
    started({ entry: pathToFileURL(faulty) });
    // Either thread may meet the fault; each asks until its model is there.
    const failures: unknown[] = [];
    const asked = [() => analyse('well'), () => embedder().embed(['a passage'], 'document')];
    const first = await Promise.allSettled(asked.map((ask) => ask()));
    for (const each of first) if (each.status === 'rejected') failures.push(each.reason);
    expect(existsSync(fault)).toBe(false);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toMatchObject({ name: 'ServiceUnavailableError' });
    await vi.waitFor(() => Promise.all(asked.map((ask) => ask())), { timeout: 20_000 });
    rmSync(folder, { recursive: true });
  });

  test('what is aborted ends at once, in hand or waiting', async () => {
    started();
    const [first, second] = [new AbortController(), new AbortController()];
    const inHand = expect(analyse('loop', first.signal)).rejects.toThrow('not needed');
    const waiting = expect(analyse('well', second.signal)).rejects.toThrow('nor this');
    second.abort(new Error('nor this'));
    await waiting;
    first.abort(new Error('not needed'));
    await inHand;
    expect(await analyse('well')).toEqual(well);
  });

  test('a stop fails what is in hand and waits as passing, so that nothing is blamed for it', async () => {
    started();
    const asked = ['loop', 'well'].map((text) =>
      expect(analyse(text)).rejects.toMatchObject({ name: 'ServiceUnavailableError' }),
    );
    await threads.close();
    await Promise.all(asked);
    await expect(analyse('well')).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
  });
});

test('the built-in models answer from their threads', async () => {
  threads = startModelThreads(log);
  const text = 'Acme Corporation leases the warehouse in Denver to Mr. John Smith from 1 October 2019.';
  const { entities } = await threads.analyst.analyse({ text, passages: [] });
  expect(entities.map(({ name }) => name)).toContain('Acme Corporation');
  expect(threads.embedders.map(({ identity }) => identity.name)).toEqual([
    'casefold-lexical-768',
    'casefold-lexical-256',
  ]);
  for (const embedder of threads.embedders) {
    const [document] = await embedder.embed([text], 'document');
    const [query] = await embedder.embed([text], 'query');
    expect(document).toHaveLength(embedder.dimensions);
    expect(document).toEqual(query);
  }
});
