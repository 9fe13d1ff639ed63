import { once } from 'node:events';
import { createServer } from 'node:net';
import { runEngineProcess, type StartEngine } from '../../engine-process.ts';

/** Tells every client its process id. */
export const startPidServer: StartEngine = async ({ port, log }) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(`${process.pid}`);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  log.info({ colour: 'green' }, 'the fixture serves');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    version: 'fixture 1.0',
    close: async () => void server.close(),
  };
};

if (import.meta.main) await runEngineProcess('pid-server', startPidServer);
