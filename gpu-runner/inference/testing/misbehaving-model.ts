import { parentPort, workerData } from 'node:worker_threads';
import type { ModelAsk, ModelReply } from '../model-messages.ts';

/** Stands in for a model and does what the text says, as the worst of texts would have it. */
const say = (reply: ModelReply) => parentPort?.postMessage(reply);
const { kind } = workerData as { kind: string };

parentPort?.on('message', (ask: ModelAsk) => {
  const text = ask.kind === 'analyse' ? ask.input.text : (ask.texts[0] ?? '');
  if (text === 'loop') for (;;);
  if (text === 'die') process.exit(7);
  if (text === 'grow')
    for (const kept: string[][] = []; ; ) kept.push(new Array(100_000).fill('x').map((x, i) => x + i));
  if (text === 'refuse') say({ kind: 'failed', error: `${kind} refuses` });
  else say({ kind: 'done', value: { summary: { sentences: [] }, entities: [], topics: [], relations: [] } });
});
say({ kind: 'ready' });
