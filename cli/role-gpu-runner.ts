import { passageVectorsBy } from '#gpu-runner/embedding-projector/read-model';
import { startModelThreads } from '#gpu-runner/inference/model-threads';
import { serveInference } from '#gpu-runner/inference/service';
import { serveSituation } from '#gpu-runner/insight/serve-situation';
import type { OllamaModels } from '#gpu-runner/models/ollama/open-ollama';
import { createPromptedAnalyst } from '#gpu-runner/models/prompted/prompted-analyst';
import type { Reranker } from '#gpu-runner/models/reranker/http-reranker';
import { untilClosed } from '#gpu-runner/models/until-closed';
import { serveRecommendations } from '#gpu-runner/recommend/service';
import { createTasks } from '#gpu-runner/tasks/all-tasks';
import { createResultCache } from '#gpu-runner/tasks/result-cache';
import { serveTasks } from '#gpu-runner/tasks/serve-tasks';
import type { PositionWaiter } from '#platform/position-waiter';
import { type ProjectionProcess, startProjections } from './role-projections.ts';

/** The models: what is asked of them over the bus, and the projection that embeds. */
export async function startGpuRunner(
  process: ProjectionProcess,
  positions: PositionWaiter,
  ollama?: OllamaModels,
  reranker?: Reranker,
) {
  const { tracer, log } = process;
  const { bus, blobs, cache, graph, postgres } = process.clients;
  const { analyst, embedders: builtIn, close } = startModelThreads(log);
  const remote = ollama && untilClosed(ollama.embedder);
  const embedders = remote ? [remote.model, ...builtIn] : builtIn;
  const projections = startProjections(process, [passageVectorsBy(embedders, blobs)]);
  const results = createResultCache(cache);
  const stopService = await serveInference({
    bus,
    blobs,
    db: postgres.db,
    positions,
    analyst,
    ...(ollama && { promptedAnalyst: createPromptedAnalyst(ollama.writer, results) }),
    embedders,
    ...(reranker && { reranker }),
    tracer,
  });
  const stopRecommending = await serveRecommendations({ bus, graph, positions, tracer });
  const stopSituation = await serveSituation({ bus, db: postgres.db, positions });
  const stopTasks = await serveTasks(
    {
      bus,
      cache: results,
      ...(ollama && { textModel: ollama.writer }),
      tracer,
      log,
    },
    createTasks(),
  );
  return {
    statuses: projections.statuses,
    rebuilds: projections.rebuilds,
    async stop() {
      remote?.close();
      // The threads first: whatever was asked of them fails at once instead of holding up the end, and is asked again.
      await close();
      await Promise.all([
        stopTasks(),
        stopRecommending(),
        stopSituation(),
        stopService(),
        projections.stop(),
      ]);
    },
  };
}
