import { eventRegistry } from '#domain/registry';
import type { Clients } from '#engines/connect';
import { applyGraphSchema } from '#engines/graph/schema';
import type { Logger } from '#platform/log';
import type { BlobStore, Bus } from '#platform/ports';
import { advancedSubject } from '#platform/position-waiter';
import { activityMetrics } from '#projections/activity-metrics/projection';
import { caseGraph } from '#projections/case-graph/projection';
import { caseHistory } from '#projections/case-history/projection';
import { documentList } from '#projections/document-list/projection';
import { documentPassages } from '#projections/document-passages/projection';
import { jobStatus } from '#projections/job-status/projection';
import type { Projection } from '#projections/projection';
import { cacheSink } from '#projections/runner/cache-sink';
import { graphSink } from '#projections/runner/graph-sink';
import type { LogFeed } from '#projections/runner/log-feed';
import { postgresSink } from '#projections/runner/postgres-sink';
import { type ProjectionStatus, type RunningProjection, runProjection } from '#projections/runner/runner';
import type { Sink } from '#projections/runner/sink';

/** Every projection but the one that embeds, which runs beside its model. */
export const allProjections = (blobs: BlobStore): readonly Projection[] => [
  caseHistory(Object.keys(eventRegistry)),
  documentList,
  documentPassages(blobs),
  activityMetrics,
  jobStatus,
  caseGraph,
];

export type RunningProjections = { statuses(): ProjectionStatus[]; stop(): Promise<void> };

/** Runs projections from a feed, and tells over the bus how far each has come. */
export function startProjections(
  clients: Clients,
  feed: LogFeed,
  projections: readonly Projection[],
  log: Logger,
): RunningProjections {
  const tell = announcer(clients.bus);
  const running: RunningProjection[] = projections.map((projection) =>
    runProjection(projection, sinkOf(clients, projection), feed, tell.advanced, log),
  );
  return {
    statuses: () => running.map((each) => each.status()),
    async stop() {
      tell.stop();
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}

function sinkOf({ postgres, graph, cache }: Clients, projection: Projection): Sink {
  switch (projection.sink) {
    case 'postgres':
      return postgresSink(postgres.db, projection);
    case 'graph':
      return graphSink(graph, projection, applyGraphSchema);
    case 'cache':
      return cacheSink(cache, projection);
  }
}

/** Tells positions at once as they change, and all of them again each second for readers that came later. */
function announcer(bus: Bus) {
  const positions = new Map<string, bigint>();
  const publish = (name: string, position: bigint) =>
    // Whoever misses it hears the next one.
    void bus.publish(advancedSubject, { name, position: String(position) }).catch(() => {});
  const timer = setInterval(() => {
    for (const [name, position] of positions) publish(name, position);
  }, 1000);
  timer.unref();
  return {
    advanced(name: string, position: bigint) {
      positions.set(name, position);
      publish(name, position);
    },
    stop: () => clearInterval(timer),
  };
}
