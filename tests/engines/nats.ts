import { connectNatsBus } from '../../engines/bus/nats-bus.ts';
import { providePackages } from './debian.ts';
import { findProgram, startPrivateServer } from './private-server.ts';
import type { RealEngine } from './real-server.ts';

/** NATS of Debian. */
export const nats: RealEngine = {
  name: 'NATS',
  provide: async () => providePackages(['nats-server'], () => findProgram('nats-server') !== undefined),
  async start() {
    const server = await startPrivateServer(findProgram('nats-server') ?? 'nats-server', (port) => [
      ...['-a', '127.0.0.1', '-p', String(port)],
    ]);
    const url = `nats://127.0.0.1:${server.port}`;
    const bus = await connectNatsBus({ url, onError: () => undefined });
    const { engine, version } = await bus.info();
    await bus.close();
    return { ...server, settings: { NATS_URL: url }, version: `${engine} ${version}` };
  },
};
