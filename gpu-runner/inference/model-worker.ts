import { parentPort } from 'node:worker_threads';
import { createExtractiveAnalyst } from '../models/builtin/extractive-analyst.ts';
import { createLexicalEmbedder } from '../models/builtin/lexical-embedder.ts';
import type { ModelReply, ModelRequest } from './model-messages.ts';

/** The thread in which the built-in models work, so that reading a long report holds up no request. */
const analyst = createExtractiveAnalyst();
const embedder = createLexicalEmbedder();
const port = parentPort;
if (!port) throw new Error('model-worker.ts runs as a worker thread only.');

async function answer({ id, ask }: ModelRequest): Promise<ModelReply> {
  try {
    const value =
      ask.kind === 'analyse'
        ? await analyst.analyse(ask.input)
        : await embedder.embed(ask.texts, ask.purpose);
    return { id, value };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (request: ModelRequest) => {
  void answer(request).then((reply) => port.postMessage(reply));
});
