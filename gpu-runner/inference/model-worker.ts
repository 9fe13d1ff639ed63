import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { ModelAnswer, ModelAsk, ModelReply } from './model-messages.ts';

/** A thread in which one built-in model works, so that reading a long report holds up nothing else. */
const port = parentPort;
if (!port) throw new Error('model-worker.ts runs as a worker thread only.');
const { kind } = z.object({ kind: z.enum(['analyse', 'embed']) }).parse(workerData);
const say = (reply: ModelReply) => port.postMessage(reply);

/** Loads the one model that is asked for: each has its own tables in memory. */
async function load(): Promise<(ask: ModelAsk) => Promise<ModelAnswer>> {
  const otherModel = new Error(`This thread holds the model to ${kind}.`);
  if (kind === 'analyse') {
    const { createExtractiveAnalyst } = await import('../models/builtin/extractive-analyst.ts');
    const analyst = createExtractiveAnalyst();
    return async (ask) => {
      if (ask.kind !== 'analyse') throw otherModel;
      return analyst.analyse(ask.input);
    };
  }
  const { createBuiltInEmbedders } = await import('../models/builtin/embedders.ts');
  const embedders = new Map(createBuiltInEmbedders().map((each) => [each.identity.name, each]));
  return async (ask) => {
    if (ask.kind !== 'embed') throw otherModel;
    const embedder = embedders.get(ask.model);
    if (!embedder) throw new Error(`There is no model ${ask.model} here.`);
    return embedder.embed(ask.texts, ask.purpose);
  };
}

const answer = await load();
port.on('message', (ask: ModelAsk) => {
  answer(ask).then(
    (value) => say({ kind: 'done', value }),
    (error: unknown) =>
      say({ kind: 'failed', error: error instanceof Error ? error.message : String(error) }),
  );
});
say({ kind: 'ready' });
