import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { EngineOptions, StartEngine } from '../engine-process.ts';
import { serveConnection } from './bolt/connection.ts';
import { GraphDatabase, ladybugVersion } from './graph-database.ts';

/**
 * The embedded graph engine: LadybugDB behind Bolt 5.4 on 127.0.0.1, for an unmodified `neo4j-driver`. A commit that
 * was answered is on disk.
 */
export const startGraph: StartEngine = async ({ folder, port, log }: EngineOptions) => {
  mkdirSync(folder, { recursive: true });
  const graph = await GraphDatabase.open(folder, (to, reason) =>
    log.warn({ to, reason }, 'the graph could not be read: it was put aside, and is built again'),
  );
  const clients = new Map<Socket, Promise<void>>();
  const server = createServer({ noDelay: true }, (socket) => {
    const served = serveConnection(socket, graph, { connectionId: `bolt-${randomUUID()}`, log });
    clients.set(socket, served);
    void served.finally(() => clients.delete(socket));
  });
  const listeningPort = await listen(server, port);
  return {
    port: listeningPort,
    version: `LadybugDB ${ladybugVersion}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A statement under way ends first: the database must not close under it.
      for (const socket of clients.keys()) socket.destroy();
      await Promise.all(clients.values());
      await closed;
      await graph.close();
    },
  };
};

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
      else reject(new Error('The graph engine has no port.'));
    });
  });
}
