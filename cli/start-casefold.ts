import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Clients } from '#engines/connect';
import type { Config } from '#platform/config';
import { lockFolder } from '#platform/folder-lock';
import type { Logger } from '#platform/log';
import { addressFile } from './address-file.ts';
import { type Closers, createClosers } from './closers.ts';
import { createSignInCodes, credentialsOf } from './credentials.ts';
import { type ServedParts, startHttpServer, type WebHandler } from './http-server.ts';
import type { startCommands } from './role-commands.ts';
import type { Role } from './roles.ts';
import { startRoles } from './start-roles.ts';
import { buildWeb, isWebBuilt, webHandlerUrl } from './web-build.ts';

/** What a start goes through, for whoever shows it. */
export type StartStep = 'engines' | 'web-build' | 'ready';

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
  /** Missing where only the pages are served. */
  readonly clients: Clients | undefined;
  stop(): Promise<void>;
};

/**
 * Starts the roles asked for in this process, with embedded engines for the wires whose URL is unset.
 *
 * @throws {FolderInUseError} if another Casefold runs on the data folder
 */
export async function startCasefold(options: StartOptions): Promise<Casefold> {
  const { dataFolder } = options.config;
  mkdirSync(dataFolder, { recursive: true });
  const closers = createClosers(options.log);
  closers.add('the hold on the data folder', lockFolder(dataFolder));
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(options: StartOptions, closers: Closers): Promise<Casefold> {
  const { config, roles, log, onStep = () => {}, onFatal = () => {} } = options;
  // A process that only serves pages needs no store, and is given no way to one.
  const started = [...roles].some((role) => role !== 'web')
    ? await startRoles(
        options,
        closers,
        (_state, error) => error && onFatal(error),
        (engines) => onStep('engines', engines.map(({ name, version }) => `${name} (${version})`).join(', ')),
      )
    : undefined;
  const codes = createSignInCodes();
  let origin = config.origin;
  const signInLink = () => `${origin}/sign-in/${codes.issue()}`;
  const server = await startHttpServer(
    config,
    credentialsOf(config),
    codes,
    { ...(started?.parts ?? pagesOnly), signInLink },
    log,
  );
  closers.add('the server', server.close);
  origin ??= `http://${config.host === '127.0.0.1' ? 'localhost' : config.host}:${server.port}`;
  if (roles.has('web')) server.serveWeb(await webHandler(config, server.port, onStep));

  writeFileSync(addressFile(config.dataFolder), `http://127.0.0.1:${server.port}\n`);
  closers.add('the address', () => rmSync(addressFile(config.dataFolder), { force: true }));
  onStep('ready', origin);
  return {
    origin,
    signInLink,
    commands: started?.commands,
    clients: started?.clients,
    stop: closers.closeAll,
  };
}

const pagesOnly: Omit<ServedParts, 'signInLink'> = {
  apis: [],
  openApi: () => ({}),
  health: () => ({ ok: true, body: { roles: ['web'] } }),
  metrics: async () => '',
  doctor: async () => [],
  onRefused: () => {},
};

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
  // The pages' server takes its settings from the environment only, when it is loaded.
  process.env.CASEFOLD_API_URL = config.apiUrl ?? `http://127.0.0.1:${port}`;
  process.env.PROTOCOL_HEADER = 'x-forwarded-proto';
  const { handler } = (await import(webHandlerUrl())) as { handler: WebHandler };
  return handler;
}
