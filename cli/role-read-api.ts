import { z } from 'zod';
import { createGate, tierIn } from '#commands/gate';
import { embedQuerySubject, rerankAnswerSchema, rerankSubject } from '#domain/document/inference';
import type { Clients } from '#engines/connect';
import type { Config } from '#platform/config';
import type { Logger } from '#platform/log';
import type { PositionWaiter } from '#platform/position-waiter';
import type { Tracer } from '#platform/telemetry';
import { createReadApi } from '#read-api/app';
import { createLiveHub } from '#read-api/live';
import { createPassingProgress } from '#read-api/passing-progress';
import type { Rerank } from '#read-api/ports';
import { createProjectionBoard } from '#read-api/projection-board';
import { storedModel } from '#read-api/queries/passage-vectors';
import { serveFacts } from '#read-api/reports/serve-facts';
import type { ProjectionReadPorts } from '#read-api/routes/projections';
import { servePassages } from '#read-api/search/serve-passages';
import type { ReadRecorder } from './read-recorder.ts';

const queryAnswerSchema = z.object({ model: z.string(), vector: z.array(z.number()) });
const queryTimeoutMs = 10_000;

/** The read side: queries and the live socket. */
export async function startReadApi(
  clients: Clients,
  positions: PositionWaiter,
  recorder: ReadRecorder,
  projections: Pick<ProjectionReadPorts, 'projections' | 'listParked' | 'findLineage'>,
  { graphWeights, reranker, searxngUrl }: Pick<Config, 'graphWeights' | 'reranker' | 'searxngUrl'>,
  tracer: Tracer,
  log: Logger,
) {
  const { postgres, graph, cache, blobs, bus, store } = clients;
  const progress = await createPassingProgress(bus, log);
  const board = await createProjectionBoard(bus, log);
  const live = createLiveHub({ store, bus, log, tracer });
  async function embedQuery(text: string) {
    const stored = await storedModel(postgres.db);
    const request = { text, ...(stored !== undefined && { model: stored }) };
    const answer = await bus.request(embedQuerySubject, request, { timeoutMs: queryTimeoutMs });
    const { model, vector } = queryAnswerSchema.parse(answer);
    return { model, vector: Float32Array.from(vector) };
  }
  const rerank: Rerank = async (query, texts) =>
    rerankAnswerSchema.parse(
      await bus.request(rerankSubject, { query, texts }, { timeoutMs: queryTimeoutMs }),
    );
  const models = { embedQuery, ...(reranker && { rerank }) };
  const stopPassages = await servePassages({ bus, db: postgres.db, positions, ...models });
  const stopFacts = await serveFacts({ bus, db: postgres.db, graph, positions });
  const app = createReadApi({
    db: postgres.db,
    graph,
    cache,
    blobs,
    positions,
    progress,
    gate: createGate(store),
    tierOf: tierIn(store),
    searchesWeb: searxngUrl !== undefined,
    ...models,
    graphWeights,
    recordRead: recorder.record,
    projections: { ...projections, board, store },
    log,
  });
  return {
    app,
    live: live.handler,
    async stop() {
      await Promise.all([stopPassages(), stopFacts()]);
      await live.close();
      await progress.close();
      await board.close();
    },
  };
}
