import { connectRedisReadCache } from '../../engines/cache/redis-read-cache.ts';
import { providePackages } from './debian.ts';
import { findProgram, startPrivateServer } from './private-server.ts';
import type { RealEngine } from './real-server.ts';

/** Redis of Debian, with the settings of docker-compose.yml. */
export const redis: RealEngine = {
  name: 'Redis',
  provide: async () => providePackages(['redis-server'], () => findProgram('redis-server') !== undefined),
  async start() {
    const server = await startPrivateServer(findProgram('redis-server') ?? 'redis-server', (port, folder) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes'],
    ]);
    const url = `redis://127.0.0.1:${server.port}`;
    const cache = await connectRedisReadCache({ url, onError: () => undefined });
    const { engine, version } = await cache.info();
    await cache.close();
    return { ...server, settings: { REDIS_URL: url }, version: `${engine} ${version}` };
  },
};
