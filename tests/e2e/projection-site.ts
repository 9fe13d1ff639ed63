import { Hono } from 'hono';
import { createSignInCodes } from '#cli/credentials';
import { createHttpApp, type WebHandler } from '#cli/http-app';
import { startHttpServer } from '#cli/http-server';
import { buildWeb, isWebBuilt, webHandlerUrl } from '#cli/web-build';
import type { ActorEnv } from '#platform/http/actor';
import { createSessions, endedSessionsInMemory } from '#platform/http/session';
import { createLogger } from '#platform/log';
import type { ProjectionStatus } from '#projections/runner/status';
import { createLiveHub } from '#read-api/live';
import { ownerToken, type ProjectionServer, startProjectionServer } from '../support/projection-server.ts';

/** Workers tell once a second; silence is noticed after five. */
const heartbeatMs = 1000;

export type ProjectionSite = {
  readonly server: ProjectionServer;
  readonly origin: string;
  /** Signs a browser in, once. */
  signInLink(): string;
  /**
   * Plays a worker of a projection, which goes on telling the same each second; resolves once it was heard.
   *
   * @param partition tells apart the partitions of one projection
   */
  tell(changes: Partial<ProjectionStatus> & { readonly name: string }): Promise<void>;
  /** A worker dies: it tells nothing from now on. */
  fallSilent(name: string): void;
  close(): Promise<void>;
};

/** The pages about projections as they are served, with the test in the place of the workers. */
export async function startProjectionSite(): Promise<ProjectionSite> {
  if (!isWebBuilt()) await buildWeb();
  const server = await startProjectionServer();
  const codes = createSignInCodes();
  // With the key of the server's own: a session that begins here holds there.
  const sessions = createSessions({ key: 'k'.repeat(32), ended: endedSessionsInMemory(), secure: false });
  let web: WebHandler | undefined;
  const me = new Hono<ActorEnv>().get('/api/me', (c) =>
    c.json({ userId: c.get('actor').id, name: 'Owner', tier: 'pro', searchesWeb: false }),
  );
  const live = createLiveHub({ store: server.store, bus: server.bus, log: createLogger('test', 'silent') });
  const site = await startHttpServer(
    { host: '127.0.0.1', port: 0 },
    createHttpApp(
      { ownerToken, sessions, origin: undefined },
      codes,
      {
        apis: [me, server.app],
        live: live.handler,
        signInLink: () => '',
        openApi: () => ({}),
        health: () => ({ ok: true, body: {} }),
        metrics: async () => '',
        doctor: async () => [],
        onRefused: () => {},
      },
      () => web,
      createLogger('test', 'silent'),
    ),
  );
  const origin = `http://localhost:${site.port}`;
  // The pages' server takes its settings from the environment only, when it is loaded.
  process.env.CASEFOLD_API_URL = `http://127.0.0.1:${site.port}`;
  process.env.PROTOCOL_HEADER = 'x-forwarded-proto';
  web = ((await import(webHandlerUrl())) as { handler: WebHandler }).handler;

  const telling = new Map<string, Partial<ProjectionStatus> & { readonly name: string }>();
  const timer = setInterval(() => {
    for (const changes of telling.values()) {
      // One that is overtaken by what the test tells next is not waited for.
      void server.tell(changes).catch(() => {});
    }
  }, heartbeatMs);
  return {
    server,
    origin,
    signInLink: () => `${origin}/sign-in/${codes.issue()}`,
    async tell(changes) {
      telling.set(`${changes.name}/${changes.partition ?? 0}`, changes);
      await server.tell(changes);
    },
    fallSilent(name) {
      for (const key of telling.keys()) if (key.startsWith(`${name}/`)) telling.delete(key);
    },
    async close() {
      clearInterval(timer);
      await live.close();
      await site.close();
      await server.close();
    },
  };
}
