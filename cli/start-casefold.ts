import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Clients } from '#engines/connect';
import type { Config } from '#platform/config';
import { lockFolder } from '#platform/folder-lock';
import { createSessions, endedSessionsIn, endedSessionsInMemory } from '#platform/http/session';
import type { Logger } from '#platform/log';
import { localUrl, personUrl } from './address.ts';
import { addressFile } from './address-file.ts';
import { type Closers, createClosers } from './closers.ts';
import { createSignInCodes, credentialsOf } from './credentials.ts';
import { createHttpApp, type ServedParts, type WebHandler } from './http-app.ts';
import { startHttpServer } from './http-server.ts';
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
  const { ownerToken, sessionKey } = credentialsOf(config);
  const sessions = createSessions({
    key: sessionKey,
    ended: started ? endedSessionsIn(started.clients.cache) : endedSessionsInMemory(),
    // Casefold itself speaks http; it is a proxy in front of it that speaks https to people.
    secure: origin?.startsWith('https:') ?? false,
  });
  let web: WebHandler | undefined;
  const parts = { ...(started?.parts ?? pagesOnly), signInLink };
  const access = { ownerToken, sessions, origin };
  const server = await startHttpServer(
    config,
    createHttpApp(access, codes, parts, () => web, log),
  );
  closers.add('the server', server.close);
  origin ??= personUrl(config.host, server.port);
  const address = localUrl(config.host, server.port);
  if (roles.has('web')) web = await webHandler(config.apiUrl ?? address, onStep);

  writeFileSync(addressFile(config.dataFolder), `${address}\n`);
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

/** The built web's own handler; it asks the APIs over HTTP, as the browser does. */
async function webHandler(
  apiUrl: string,
  onStep: (step: StartStep, detail: string) => void,
): Promise<WebHandler> {
  if (!isWebBuilt()) {
    onStep('web-build', 'building the web; this happens once');
    await buildWeb();
  }
  // The pages' server takes its settings from the environment only, when it is loaded.
  process.env.CASEFOLD_API_URL = apiUrl;
  process.env.PROTOCOL_HEADER = 'x-forwarded-proto';
  const { handler } = (await import(webHandlerUrl())) as { handler: WebHandler };
  return handler;
}
