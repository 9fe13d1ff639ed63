import { parentPort } from 'node:worker_threads';
import type { WorkerReply, WorkerTask } from '../worker-messages.ts';

/** Stands in for the extraction worker and does what its file's name asks, as the worst of documents would. */
const reply = (message: WorkerReply) => parentPort?.postMessage(message);
parentPort?.on('message', async ({ fileName }: WorkerTask) => {
  if (fileName === 'loop') for (;;);
  if (fileName === 'exit') process.exit(7);
  if (fileName === 'throw')
    setImmediate(() => {
      throw new Error('outside any promise');
    });
  if (fileName === 'reject') void Promise.reject(new Error('unhandled'));
  if (fileName === 'grow')
    for (const kept: string[][] = []; ; ) kept.push(new Array(100_000).fill('x').map((x, i) => x + i));
  if (fileName === 'talk')
    for (let done = 0; ; done++) {
      reply({ kind: 'progress', progress: { done, total: 0, unit: 'page' } });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  if (fileName === 'well') reply({ kind: 'failed', reason: 'no-text', message: 'answered' });
});
reply({ kind: 'ready' });
