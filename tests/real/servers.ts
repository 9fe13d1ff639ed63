import { join } from 'node:path';
import { startEngine } from '../contract/eventstore/engine.ts';
import { nats } from '../engines/nats.ts';
import { neo4jCommunity } from '../engines/neo4j.ts';
import { postgres } from '../engines/postgres.ts';
import type { RealServer } from '../engines/real-server.ts';
import { redis } from '../engines/redis.ts';

/** What stands behind the wires. `eventstore` is the embedded engine: no real one can be had. */
export const serverNames = ['eventstore', 'postgres', 'neo4j', 'redis', 'nats'] as const;
export type Servers = Readonly<Record<(typeof serverNames)[number], RealServer>>;

/**
 * Starts one of each server.
 *
 * @param folder for the log
 * @param closers what ends them is added here
 */
export async function startServers(folder: string, closers: (() => unknown)[]): Promise<Servers> {
  const started = async (server: Promise<RealServer>) => {
    const { stop } = await server;
    closers.push(stop);
    return server;
  };
  return {
    eventstore: await started(startLog(join(folder, 'eventstore'))),
    postgres: await started(postgres.start()),
    neo4j: await started(neo4jCommunity.start()),
    redis: await started(redis.start()),
    nats: await started(nats.start()),
  };
}

/** The embedded event store as a server by itself. */
async function startLog(folder: string): Promise<RealServer> {
  let engine = await startEngine(folder);
  return {
    settings: { EVENTSTORE_URL: engine.url },
    version: 'embedded',
    kill: () => engine.kill(),
    async start() {
      engine = await startEngine(folder, engine.port);
    },
    stop: async () => void (await engine.stop()),
  };
}
