import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import {
  type ActorEnv,
  type ActorSettings,
  establishActor,
  owner,
  requireOwnPage,
} from '#platform/http/actor';
import { notFound, Problem, problems } from '#platform/http/problem';
import type { Logger } from '#platform/log';
import type { SignInCodes } from './credentials.ts';

type ServerEnv = ActorEnv & { Bindings: HttpBindings };

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
  /** In front of the APIs: each request that changes something is part of a trace. */
  readonly traceCommand?: MiddlewareHandler<ActorEnv>;
  readonly onRefused: (method: string, path: string) => void;
};

export type WebHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Streamed to the blob store, with a limit of its own for each file. */
const uploadPath = '/api/upload';
const longestBody = 1024 * 1024;

const limitedBody = bodyLimit({
  maxSize: longestBody,
  onError() {
    throw new Problem(413, 'body-too-large', 'The request is too large', {
      detail: `At most ${longestBody.toLocaleString('en')} bytes are taken here. Files go to ${uploadPath}.`,
    });
  },
});

/** All that one process answers: sign-in, the APIs behind the actor middleware, health, metrics, and the web. */
export function createHttpApp(
  access: ActorSettings,
  codes: SignInCodes,
  parts: ServedParts,
  web: () => WebHandler | undefined,
  log: Logger,
): Hono<ServerEnv> {
  const { sessions, origin } = access;
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
    // A mail or chat program that looks whether a link is good must not use it up.
    if (c.req.method === 'HEAD') return c.body(null, 204);
    if (codes.redeem(c.req.param('code'))) await sessions.start(c, owner.id);
    return c.redirect('/', 303);
  });
  app.delete('/api/session', async (c) => {
    requireOwnPage(c, origin);
    await sessions.end(c);
    return c.body(null, 204);
  });

  const actor = establishActor(access, parts.onRefused);
  app.use('/api/*', secureHeaders(), actor, (c, next) =>
    c.req.path === uploadPath ? next() : limitedBody(c, next),
  );
  if (parts.traceCommand) app.use('/api/*', parts.traceCommand);
  app.post('/api/session/links', (c) => c.json({ link: parts.signInLink() }, 201));
  app.get('/api/doctor', async (c) => c.json({ wires: await parts.doctor() }));
  if (parts.live) app.get('/live', actor, parts.live);
  for (const api of parts.apis) app.route('/', api);
  app.all('*', (c, next) => {
    const handler = web();
    if (!handler || c.req.path.startsWith('/api/')) return next();
    const { incoming, outgoing } = c.env;
    // The pages' server takes everything for https unless told, and then refuses its own forms.
    incoming.headers['x-forwarded-proto'] ??= 'http';
    handler(incoming, outgoing);
    return Promise.resolve(RESPONSE_ALREADY_SENT);
  });
  return app;
}
