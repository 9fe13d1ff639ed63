import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import type { Config } from '#platform/config';
import type { createHttpApp } from './http-app.ts';

export type RunningServer = {
  readonly port: number;
  close(): Promise<void>;
};

/**
 * A request may take as long as it takes: Node's default of five minutes cuts off a large upload over a slow line. What
 * guards against clients that hold sockets open is the time for the headers, and how long a socket may be silent.
 */
const patience = { requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 10_000 } as const;
const longestSilenceMs = 5 * 60_000;

/** Listens where the settings say. */
export async function startHttpServer(
  { host, port: wanted }: Pick<Config, 'host' | 'port'>,
  app: ReturnType<typeof createHttpApp>,
): Promise<RunningServer> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  const server = serve(
    {
      fetch: app.fetch,
      hostname: host,
      port: wanted,
      websocket: { server: sockets },
      serverOptions: { ...patience },
    },
    resolve,
  );
  // Web sockets lift it for themselves: their heartbeat finds the dead ones.
  server.setTimeout(longestSilenceMs);
  server.once('error', reject);
  const { port } = await promise.catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE'
      ? new Error(`Port ${wanted} is taken. Choose another with --port, or stop what runs there.`)
      : error;
  });
  return {
    port,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise((done) => server.close(done));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
