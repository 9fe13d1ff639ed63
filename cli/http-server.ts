import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpBindings, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { WebSocketServer } from 'ws';
import type { Config } from '#platform/config';
import {
  type ActorEnv,
  type Credentials,
  endSession,
  establishActor,
  startSession,
} from '#platform/http/actor';
import { notFound, problems } from '#platform/http/problem';
import type { Logger } from '#platform/log';
import type { SignInCodes } from './credentials.ts';

export type ServerEnv = ActorEnv & { Bindings: HttpBindings };

/** What a process serves; a role that does not run here is missing. */
export type ServedParts = {
  readonly apis: readonly Hono<ActorEnv>[];
  /** A link that signs a browser in, once. */
  signInLink(): string;
  /** The OpenAPI description of the APIs. */
  openApi(): object;
  /** The `/live` socket. */
  readonly live?: MiddlewareHandler<ActorEnv>;
  health(): { ok: boolean; body: Record<string, unknown> };
  metrics(): Promise<string>;
  /** Which engine stands behind each wire. */
  doctor(): Promise<unknown>;
  readonly onRefused: (method: string, path: string) => void;
};

export type WebHandler = (request: IncomingMessage, response: ServerResponse) => void;

export type RunningServer = {
  readonly port: number;
  /** From now on, pages are served by this handler. */
  serveWeb(handler: WebHandler): void;
  close(): Promise<void>;
};

/** The one HTTP server of a process: sign-in, the APIs behind the actor middleware, health, metrics, and the web. */
export async function startHttpServer(
  config: Config,
  credentials: Credentials,
  codes: SignInCodes,
  parts: ServedParts,
  log: Logger,
): Promise<RunningServer> {
  let web: WebHandler | undefined;
  const app = new Hono<ServerEnv>();
  app.onError(problems(log));
  app.notFound(notFound);

  app.get('/health', (c) => {
    const { ok, body } = parts.health();
    return c.json({ status: ok ? 'ok' : 'degraded', ...body }, ok ? 200 : 503);
  });
  app.get('/metrics', async (c) =>
    c.text(await parts.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4' }),
  );
  app.get('/openapi.json', (c) => c.json(parts.openApi()));
  app.get('/sign-in/:code', async (c) => {
    if (codes.redeem(c.req.param('code'))) await startSession(credentials)(c, async () => {});
    return c.redirect('/', 303);
  });
  app.delete('/api/session', endSession, (c) => c.body(null, 204));

  const actor = establishActor(credentials, parts.onRefused);
  app.use('/api/*', secureHeaders(), actor);
  app.post('/api/session/links', (c) => c.json({ link: parts.signInLink() }, 201));
  app.get('/api/doctor', async (c) => c.json({ wires: await parts.doctor() }));
  if (parts.live) app.get('/live', actor, parts.live);
  for (const api of parts.apis) app.route('/', api);
  app.all('*', (c, next) => {
    if (!web || c.req.path.startsWith('/api/')) return next();
    const { incoming, outgoing } = c.env;
    // The pages' server takes everything for https unless told, and then refuses its own forms.
    incoming.headers['x-forwarded-proto'] ??= 'http';
    web(incoming, outgoing);
    return Promise.resolve(RESPONSE_ALREADY_SENT);
  });

  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  const server = serve(
    { fetch: app.fetch, hostname: config.host, port: config.port, websocket: { server: sockets } },
    resolve,
  );
  server.once('error', reject);
  const { port } = await promise.catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE'
      ? new Error(`Port ${config.port} is taken. Choose another with --port, or stop what runs there.`)
      : error;
  });
  return {
    port,
    serveWeb(handler) {
      web = handler;
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise((done) => server.close(done));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
