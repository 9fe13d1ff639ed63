import type { Clients } from '#engines/connect';
import { passageVectors } from '#gpu-runner/embedding-projector/projection';
import { startModelThreads } from '#gpu-runner/inference/model-threads';
import { serveInference } from '#gpu-runner/inference/service';
import type { Logger } from '#platform/log';
import type { PositionWaiter } from '#platform/position-waiter';
import type { Tracer } from '#platform/telemetry';
import type { LogFeed } from '#projections/runner/log-feed';
import { startProjections } from './role-projections.ts';

/** The models: what is asked of them over the bus, and the projection that embeds. */
export async function startGpuRunner(
  clients: Clients,
  feed: LogFeed,
  positions: PositionWaiter,
  tracer: Tracer,
  log: Logger,
) {
  const { bus, blobs, postgres } = clients;
  const { analyst, embedder, close } = startModelThreads(log);
  const projections = startProjections(clients, feed, [passageVectors(embedder, blobs)], log);
  const stopService = await serveInference({
    bus,
    blobs,
    db: postgres.db,
    positions,
    analyst,
    embedder,
    tracer,
  });
  return {
    statuses: projections.statuses,
    async stop() {
      // The threads first: whatever was asked of them fails at once instead of holding up the end, and is asked again.
      await close();
      await Promise.all([stopService(), projections.stop()]);
    },
  };
}
