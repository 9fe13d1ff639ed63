import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { eventRegistry } from '#domain/registry';
import type { Clients } from '#engines/connect';
import type { Logger } from '#platform/log';
import type { Tracer } from '#platform/telemetry';
import type { ReadModel } from '#projections/read-model';
import type { LogFeed } from '#projections/runner/log-feed';
import { parkingIn } from '#projections/runner/parking-in-postgres';
import { createLeases } from '#projections/runner/postgres/leases';
import { createParkedEvents } from '#projections/runner/postgres/parked-events';
import { type ProjectionWorker, startProjectionWorker } from '#projections/runner/projection-worker';
import { codeRevision } from '#projections/runner/rebuild/code-revision';
import { createLogCounter } from '#projections/runner/rebuild/log-counter';
import type { RebuildTools } from '#projections/runner/rebuild/rebuild';
import { createSharedFills } from '#projections/runner/rebuild/shared-fills';
import { rebuildsOf } from '#projections/runner/rebuild/start-rebuild';
import { storeOf } from './read-models.ts';

/** What the projections of one process share, whichever role runs them. */
export type ProjectionProcess = {
  /** Names this process: another one at each start. */
  readonly worker: string;
  readonly clients: Clients;
  readonly feed: LogFeed;
  readonly tools: RebuildTools;
  readonly tracer: Tracer;
  readonly log: Logger;
};

export function createProjectionProcess(
  clients: Clients,
  feed: LogFeed,
  tracer: Tracer,
  log: Logger,
): ProjectionProcess {
  const { store, bus, postgres } = clients;
  const worker = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  let revision: Promise<string> | undefined;
  return {
    worker,
    clients,
    feed,
    tracer,
    log,
    tools: {
      fills: createSharedFills(store.scan),
      counter: createLogCounter(store, Object.keys(eventRegistry)),
      leases: createLeases(postgres.db, worker),
      eventStore: store,
      bus,
      codeRevision: () => {
        revision ??= codeRevision();
        return revision;
      },
      log,
    },
  };
}

/** Runs what other workers leave of some read models. */
export function startProjections(
  { worker, clients, feed, tools, tracer, log }: ProjectionProcess,
  models: readonly ReadModel[],
): ProjectionWorker {
  const parked = createParkedEvents(clients.postgres.db);
  return startProjectionWorker({
    worker,
    models,
    storeOf: (model) => storeOf(clients, model),
    parkingOf: (model) => parkingIn(parked, model.name),
    startRebuildOf: (model, store, parking) => rebuildsOf(tools, model, store, parking),
    leases: tools.leases,
    eventStore: clients.store,
    feed,
    bus: clients.bus,
    onApplied: (projection, generation, events, seconds) =>
      tracer.applied({
        projection,
        generation,
        events,
        seconds,
        startedAt: Date.now() - seconds * 1000,
      }),
    log,
  });
}
