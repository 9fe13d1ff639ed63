import { Worker } from 'node:worker_threads';
import type { Logger } from '#platform/log';
import { createExtractiveAnalyst } from '../models/builtin/extractive-analyst.ts';
import { createLexicalEmbedder } from '../models/builtin/lexical-embedder.ts';
import type { AnalysisModel, DocumentAnalysis, EmbeddingModel } from '../models/model.ts';
import type { ModelAsk, ModelReply } from './model-messages.ts';

/** The built-in models as they are everywhere else, but at work in a thread of their own. */
export type ModelThread = {
  readonly analyst: AnalysisModel;
  readonly embedder: EmbeddingModel;
  close(): Promise<void>;
};

type Waiting = { resolve(value: DocumentAnalysis | Float32Array[]): void; reject(error: Error): void };

/**
 * Starts the thread; one that dies (out of memory on some text) fails what it had in hand and is replaced.
 * Identities come from the models themselves: the thread runs the same code.
 */
export function startModelThread(log: Logger): ModelThread {
  const analyst = createExtractiveAnalyst();
  const embedder = createLexicalEmbedder();
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let closed = false;
  let worker = open();

  function open(): Worker {
    const thread = new Worker(new URL('./model-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    // An idle thread must not keep a process alive.
    thread.unref();
    thread.on('message', (reply: ModelReply) => {
      const asked = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('error' in reply) asked?.reject(new Error(reply.error));
      else asked?.resolve(reply.value);
    });
    thread.on('error', (error) => log.error({ err: error }, 'the model thread broke'));
    thread.on('exit', () => {
      for (const each of waiting.values())
        each.reject(new Error('The model thread ended before it answered.'));
      waiting.clear();
      if (!closed) worker = open();
    });
    return thread;
  }

  function ask(request: ModelAsk, signal?: AbortSignal): Promise<DocumentAnalysis | Float32Array[]> {
    signal?.throwIfAborted();
    const id = nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<DocumentAnalysis | Float32Array[]>();
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, ask: request });
    return promise;
  }

  return {
    analyst: {
      identity: analyst.identity,
      async analyse(input, signal) {
        return (await ask({ kind: 'analyse', input }, signal)) as DocumentAnalysis;
      },
    },
    embedder: {
      identity: embedder.identity,
      dimensions: embedder.dimensions,
      maxBatch: embedder.maxBatch,
      async embed(texts, purpose, signal) {
        return (await ask({ kind: 'embed', texts, purpose }, signal)) as Float32Array[];
      },
    },
    async close() {
      closed = true;
      await worker.terminate();
    },
  };
}
