import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Hono } from 'hono';
import { eventRegistry } from '#domain/registry';
import { type Clients, connect } from '#engines/connect';
import type { EngineState } from '#engines/supervisor/engine-spec';
import type { Config } from '#platform/config';
import { lockFolder } from '#platform/folder-lock';
import type { ActorEnv } from '#platform/http/actor';
import type { Logger } from '#platform/log';
import { createPositionWaiter } from '#platform/position-waiter';
import { createLogFeed } from '#projections/runner/log-feed';
import type { ProjectionStatus } from '#projections/runner/runner';
import { addressFile } from './address-file.ts';
import { createSignInCodes, credentialsOf } from './credentials.ts';
import { examine } from './examine-wires.ts';
import { startHttpServer, type WebHandler } from './http-server.ts';
import { migrateControlPlane } from './migrate.ts';
import { createMetrics } from './process-metrics.ts';
import { createReadRecorder } from './read-recorder.ts';
import { startCommands } from './role-commands.ts';
import { startGpuRunner } from './role-gpu-runner.ts';
import { allProjections, startProjections } from './role-projections.ts';
import { startReadApi } from './role-read-api.ts';
import type { Role } from './roles.ts';
import { buildWeb, isWebBuilt, webHandlerUrl } from './web-build.ts';

/** What a start goes through, for whoever shows it. */
export type StartStep = 'engines' | 'roles' | 'web-build' | 'ready';

export type StartOptions = {
  readonly config: Config;
  readonly roles: ReadonlySet<Role>;
  readonly log: Logger;
  readonly onStep?: (step: StartStep, detail: string) => void;
  /** An embedded engine was given up: the process cannot go on. */
  readonly onFatal?: (error: Error) => void;
};

export type Casefold = {
  /** Where it answers, without a path. */
  readonly origin: string;
  /** A link that signs a browser in, once. */
  signInLink(): string;
  readonly commands: Awaited<ReturnType<typeof startCommands>> | undefined;
  readonly clients: Clients;
  stop(): Promise<void>;
};

/** What is to be stopped, by a name for the log; the last started is stopped first. */
type Closer = readonly [name: string, close: () => unknown];

/**
 * Starts the roles asked for in this process, with embedded engines for the wires whose URL is unset.
 *
 * @throws {FolderInUseError} if another Casefold runs on the data folder
 */
export async function startCasefold(options: StartOptions): Promise<Casefold> {
  const { config } = options;
  mkdirSync(config.dataFolder, { recursive: true });
  const closers: Closer[] = [['the data folder', lockFolder(config.dataFolder)]];
  const stop = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) {
      const [name, close] = closer;
      options.log.debug(`stopping ${name}`);
      await close();
    }
  };
  try {
    return await start(options, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { config, roles, log, onStep = () => {}, onFatal = () => {} }: StartOptions,
  closers: Closer[],
  stop: () => Promise<void>,
): Promise<Casefold> {
  const onEngineChange = (_state: EngineState, error?: Error) => error && onFatal(error);
  const clients = await connect(config, eventRegistry, log, onEngineChange);
  closers.push(['the clients and engines', clients.close]);
  onStep(
    'engines',
    clients
      .engines()
      .map(({ name, version }) => `${name} (${version})`)
      .join(', '),
  );

  await migrateControlPlane(clients.postgres.db);
  const feed = createLogFeed(clients.store, log);
  closers.push(['the feed', feed.close]);
  const positions = await createPositionWaiter(clients.bus);
  closers.push(['the positions', positions.close]);
  const recorder = createReadRecorder(clients.store, log);
  closers.push(['the read recorder', recorder.stop]);

  const statuses: (() => ProjectionStatus[])[] = [];
  const projectionStatuses = () => statuses.flatMap((each) => each());
  const apis: Hono<ActorEnv>[] = [];

  if (roles.has('projections')) {
    const projections = startProjections(clients, feed, allProjections(clients.blobs), log);
    statuses.push(projections.statuses);
    closers.push(['the projections', projections.stop]);
  }
  if (roles.has('gpu-runner')) {
    const runner = await startGpuRunner(clients, feed, positions, log);
    statuses.push(runner.statuses);
    closers.push(['the models', runner.stop]);
  }
  const commands = roles.has('commands') ? await startCommands(clients, config, log) : undefined;
  if (commands) {
    apis.push(commands.app);
    closers.push(['the reactors', commands.stop]);
  }
  const readApi = roles.has('read-api')
    ? await startReadApi(clients, positions, recorder, projectionStatuses, log)
    : undefined;
  if (readApi) {
    apis.push(readApi.app);
    closers.push(['the live socket', readApi.stop]);
  }
  onStep('roles', [...roles].join(', '));

  const metrics = createMetrics({
    projections: projectionStatuses,
    engines: clients.engines,
    head: feed.head,
  });
  const codes = createSignInCodes();
  const server = await startHttpServer(
    config,
    credentialsOf(config),
    codes,
    {
      apis,
      ...(readApi && { live: readApi.live }),
      health: async () => healthOf(roles, clients, projectionStatuses()),
      metrics: () => metrics.metrics(),
      doctor: () => examine(clients, config),
      onRefused: (method, path) =>
        recorder.record(
          { kind: 'person', id: 'anonymous' },
          {
            action: 'refused',
            subject: `${method} ${path}`.slice(0, 300),
            occurredAt: new Date().toISOString(),
          },
        ),
    },
    log,
  );
  closers.push(['the server', server.close]);
  const origin =
    config.origin ?? `http://${config.host === '127.0.0.1' ? 'localhost' : config.host}:${server.port}`;
  if (roles.has('web')) server.serveWeb(await webHandler(config, server.port, onStep));

  writeFileSync(addressFile(config.dataFolder), `http://127.0.0.1:${server.port}\n`);
  closers.push(['the address', () => rmSync(addressFile(config.dataFolder), { force: true })]);
  onStep('ready', origin);
  return { origin, signInLink: () => `${origin}/sign-in/${codes.issue()}`, commands, clients, stop };
}

/** The built web's own handler; it asks the APIs over loopback, as the browser does. */
async function webHandler(
  config: Config,
  port: number,
  onStep: (step: StartStep, detail: string) => void,
): Promise<WebHandler> {
  if (!isWebBuilt()) {
    onStep('web-build', 'building the web; this happens once');
    await buildWeb();
  }
  process.env.CASEFOLD_API_URL ??= `http://127.0.0.1:${port}`;
  process.env.PROTOCOL_HEADER ??= 'x-forwarded-proto';
  if (config.origin) process.env.ORIGIN ??= config.origin;
  const { handler } = (await import(webHandlerUrl())) as { handler: WebHandler };
  return handler;
}

async function healthOf(
  roles: ReadonlySet<Role>,
  clients: Clients,
  projections: readonly ProjectionStatus[],
) {
  const engines = clients.engines().map(({ name, status, restarts }) => ({ name, status, restarts }));
  const ok =
    engines.every(({ status }) => status === 'running') &&
    projections.every(({ state }) => state === 'running');
  return {
    ok,
    body: {
      roles: [...roles],
      engines,
      projections: projections.map(({ name, state, position }) => ({
        name,
        state,
        position: String(position),
      })),
    },
  };
}
