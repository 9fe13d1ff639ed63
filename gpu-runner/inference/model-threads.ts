import type { Logger } from '#platform/log';
import { createBuiltInEmbedders } from '../models/builtin/embedders.ts';
import { createExtractiveAnalyst } from '../models/builtin/extractive-analyst.ts';
import type { AnalysisModel, DocumentAnalysis, EmbeddingModel } from '../models/model.ts';
import { startModelThread } from './model-thread.ts';

/** The built-in models as they are everywhere else, but at work in threads of their own. */
export type ModelThreads = {
  readonly analyst: AnalysisModel;
  /** The first is the one that is used unless told otherwise. */
  readonly embedders: readonly EmbeddingModel[];
  /** Fails whatever is in hand with a `ServiceUnavailableError`. */
  close(): Promise<void>;
};

export type ModelThreadsOptions = {
  readonly entry?: URL;
  /** Longest time for the analysis of one document, milliseconds. */
  readonly analyseMs?: number;
  /** Longest time for one batch of texts to embed, milliseconds. */
  readonly embedMs?: number;
  readonly loadMs?: number;
  /** Of each thread, MiB. */
  readonly heapMb?: number;
};

/**
 * Starts a thread for the analyst and one for the embedder, so that neither waits for the other. A person who searches
 * waits for neither: a query is embedded where it is asked for, which takes the built-in embedder microseconds.
 * Identities come from the models themselves: the threads run the same code.
 */
export function startModelThreads(log: Logger, options: ModelThreadsOptions = {}): ModelThreads {
  const {
    entry = new URL('./model-worker.ts', import.meta.url),
    analyseMs = 5 * 60_000,
    embedMs = 2 * 60_000,
    loadMs = 60_000,
    heapMb = 1024,
  } = options;
  const shared = { entry, loadLimitMs: loadMs, heapMb };
  const analysis = startModelThread({ ...shared, kind: 'analyse', limitMs: analyseMs }, log);
  const embedding = startModelThread({ ...shared, kind: 'embed', limitMs: embedMs }, log);
  const analyst = createExtractiveAnalyst();
  return {
    analyst: {
      identity: analyst.identity,
      async analyse(input, signal) {
        return (await analysis.ask({ kind: 'analyse', input }, signal)) as DocumentAnalysis;
      },
    },
    embedders: createBuiltInEmbedders().map((embedder) => ({
      identity: embedder.identity,
      identify: embedder.identify,
      dimensions: embedder.dimensions,
      maxBatch: embedder.maxBatch,
      async embed(texts, purpose, signal) {
        if (purpose === 'query') return embedder.embed(texts, purpose, signal);
        const ask = { kind: 'embed', model: embedder.identity.name, texts, purpose } as const;
        return (await embedding.ask(ask, signal)) as Float32Array[];
      },
    })),
    async close() {
      await Promise.all([analysis.close(), embedding.close()]);
    },
  };
}
