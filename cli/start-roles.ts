import type { OpenAPIHono } from '@hono/zod-openapi';
import { traceCommand } from '#commands/trace-command';
import { eventRegistry } from '#domain/registry';
import { type Clients, connect } from '#engines/connect';
import type { EngineState } from '#engines/supervisor/engine-spec';
import { openOllama } from '#gpu-runner/models/ollama/open-ollama';
import { connectReranker } from '#gpu-runner/models/reranker/http-reranker';
import type { Config } from '#platform/config';
import type { ActorEnv } from '#platform/http/actor';
import type { Logger } from '#platform/log';
import { createPositionWaiter } from '#platform/position-waiter';
import { createTracer, tracedEventStore } from '#platform/telemetry';
import { createLogFeed } from '#projections/runner/log-feed';
import type { ProjectionWorker } from '#projections/runner/projection-worker';
import type { ProjectionStatus } from '#projections/runner/status';
import type { Closers } from './closers.ts';
import { examine } from './examine-wires.ts';
import type { ServedParts } from './http-app.ts';
import { migrateControlPlane } from './migrate.ts';
import { describeApis } from './openapi.ts';
import { createMetrics } from './process-metrics.ts';
import { projectionPorts } from './projection-ports.ts';
import { allReadModels, readModels } from './read-models.ts';
import { createReadRecorder } from './read-recorder.ts';
import { startCommands } from './role-commands.ts';
import { startGpuRunner } from './role-gpu-runner.ts';
import { createProjectionProcess, startProjections } from './role-projections.ts';
import { startReadApi } from './role-read-api.ts';
import type { Role } from './roles.ts';

type StartedRoles = {
  readonly clients: Clients;
  readonly commands: Awaited<ReturnType<typeof startCommands>> | undefined;
  readonly parts: Omit<ServedParts, 'signInLink'>;
};

/** Connects to the stores and starts the roles that work with them; each puts what stops it among the closers. */
export async function startRoles(
  { config, roles, log }: { config: Config; roles: ReadonlySet<Role>; log: Logger },
  closers: Closers,
  onEngineChange: (state: EngineState, error?: Error) => void,
  onEngines: (engines: readonly EngineState[]) => void,
): Promise<StartedRoles> {
  const tracer = await createTracer(config.telemetry, [...roles], log);
  closers.add('the traces', tracer.close);
  const connected = await connect(config, eventRegistry, log, onEngineChange);
  const clients = { ...connected, store: tracedEventStore(connected.store, tracer) };
  closers.add('the clients and engines', clients.close);
  onEngines(clients.engines());
  await migrateControlPlane(clients.postgres);
  const feed = createLogFeed(clients.store, log);
  closers.add('the feed', feed.close);
  const positions = await createPositionWaiter(clients.bus);
  closers.add('the positions', positions.close);
  const recorder = createReadRecorder(clients.store, log);
  closers.add('the read recorder', recorder.stop);

  const projectionProcess = createProjectionProcess(clients, feed, tracer, log);
  const ollama = config.ollama && (await openOllama(config.ollama));
  const ports = projectionPorts(clients, allReadModels(clients.blobs, ollama ? [ollama.embedder] : []));
  const sources: Pick<ProjectionWorker, 'statuses' | 'rebuilds'>[] = [];
  const statuses = () => sources.flatMap((source) => source.statuses());
  const apis: OpenAPIHono<ActorEnv>[] = [];
  if (roles.has('projections')) {
    const projections = startProjections(projectionProcess, readModels(clients.blobs));
    sources.push(projections);
    closers.add('the projections', projections.stop);
  }
  if (roles.has('gpu-runner')) {
    const runner = await startGpuRunner(
      projectionProcess,
      positions,
      ollama,
      config.reranker && connectReranker(config.reranker),
    );
    sources.push(runner);
    closers.add('the models', runner.stop);
  }
  const commands = roles.has('commands')
    ? await startCommands(clients, ports.commands, config, tracer, log)
    : undefined;
  if (commands) {
    apis.push(commands.app);
    closers.add('the reactors', commands.stop);
  }
  const readApi = roles.has('read-api')
    ? await startReadApi(clients, positions, recorder, ports.reads, config, tracer, log)
    : undefined;
  if (readApi) {
    apis.push(readApi.app);
    closers.add('the live socket', readApi.stop);
  }
  const metrics = createMetrics({
    projections: statuses,
    rebuilds: () => sources.flatMap((source) => source.rebuilds()),
    engines: clients.engines,
    head: feed.head,
    spans: tracer.counts,
  });
  const tracing = traceCommand(tracer);
  const parts = {
    apis,
    ...(tracing && { traceCommand: tracing }),
    ...(readApi && { live: readApi.live }),
    openApi: () => describeApis(apis),
    health: () => healthOf(roles, clients, statuses()),
    metrics: () => metrics.metrics(),
    doctor: () => examine(clients, config),
    onRefused: recorder.recordRefusal,
  };
  return { clients, commands, parts };
}

function healthOf(roles: ReadonlySet<Role>, clients: Clients, projections: readonly ProjectionStatus[]) {
  const engines = clients
    .engines()
    .map(({ name, status, restarts, pid }) => ({ name, status, restarts, pid }));
  const ok =
    engines.every(({ status }) => status === 'running') &&
    projections.every(({ state }) => state !== 'starting' && state !== 'retrying' && state !== 'stopped');
  const positions = projections.map(({ name, partition, state, position }) => ({
    name,
    partition,
    state,
    position,
  }));
  return { ok, body: { roles: [...roles], engines, projections: positions } };
}
