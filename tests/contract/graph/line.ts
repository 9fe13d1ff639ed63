import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A line to a server that can be cut: no goodbye, no rollback, just silence, as when a machine loses power. */
export async function openLine(
  address: string,
): Promise<{ readonly port: number; cut(): void; close(): Promise<void> }> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      // A cut line shows as an error on either end; that is what it is for.
      socket.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The line has no port.');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: bound.port,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
