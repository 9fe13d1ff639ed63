import { afterEach, describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

const entry = new URL('./testing/misbehaving-worker.ts', import.meta.url);
let pool: WorkerPool;
const started = (limits = {}) => {
  pool = createWorkerPool(1, entry, { ...defaultLimits, ...limits }, { warn: () => {} });
  return pool;
};
const run = (fileName: string, signal?: AbortSignal, onProgress = () => {}) =>
  pool.run({ task: { fileName, bytes: new Uint8Array() }, onProgress, signal });
/** The one worker answers again, so it was replaced or never harmed. */
const stillServes = () =>
  expect(run('well')).rejects.toMatchObject({ reason: 'no-text', message: 'answered' });
afterEach(() => pool.close());

describe('a pool of workers', () => {
  it('stops a worker that hangs in a loop', async () => {
    started({ silenceMs: 1000 });
    await expect(run('loop')).rejects.toMatchObject({ reason: 'timeout' });
    await stillServes();
  });

  it('takes progress for life, but not for ever', async () => {
    started({ silenceMs: 1500, totalMs: 2500 });
    const begun = performance.now();
    await expect(run('talk')).rejects.toMatchObject({
      reason: 'timeout',
      message: expect.stringContaining('longer than'),
    });
    expect(performance.now() - begun).toBeGreaterThan(2400);
    await stillServes();
  });

  it.each(['exit', 'throw', 'reject'])('replaces a worker that ends by %s', async (how) => {
    started();
    await expect(run(how)).rejects.toMatchObject({ name: 'ExtractionError', reason: 'failed' });
    await stillServes();
  });

  it('names a lack of memory', async () => {
    started({ heapMb: 24 });
    await expect(run('grow')).rejects.toMatchObject({ reason: 'out-of-memory' });
    await stillServes();
  });

  it('aborts what runs and what waits, each with its own reason', async () => {
    started();
    const [first, second] = [new AbortController(), new AbortController()];
    const talking = Promise.withResolvers<void>();
    const running = run('talk', first.signal, () => talking.resolve());
    const waiting = run('well', second.signal);
    await talking.promise;
    second.abort(new Error('not needed'));
    await expect(waiting).rejects.toThrow('not needed');
    first.abort(new Error('withdrawn'));
    await expect(running).rejects.toThrow('withdrawn');
    await stillServes();
  });

  it('serves many with few, in order of arrival', async () => {
    started();
    const order: number[] = [];
    await Promise.all([0, 1, 2, 3].map((n) => run('well').catch(() => order.push(n))));
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('rejects what is under way when it closes, and whatever comes after', async () => {
    started();
    const talking = Promise.withResolvers<void>();
    const running = run('talk', undefined, () => talking.resolve());
    const waiting = run('well');
    const aborted = [running, waiting].map((job) =>
      expect(job).rejects.toMatchObject({ name: 'AbortError' }),
    );
    await talking.promise;
    await pool.close();
    await Promise.all(aborted);
    await expect(run('well')).rejects.toMatchObject({ name: 'AbortError' });
  });
});
