import { type Outcome, runVitest } from '../support/run-vitest.ts';
import { startEventStoreByUrl } from './eventstore-by-url.ts';
import { nats } from './nats.ts';
import { neo4jCommunity } from './neo4j.ts';
import { postgres } from './postgres.ts';
import type { RealEngine } from './real-server.ts';
import { redis } from './redis.ts';

/** A part of `npm run test:real`. */
export type Part = {
  readonly name: string;
  /** @param settings environment variables for its tests */
  run(settings: Readonly<Record<string, string>>): Promise<Outcome & { readonly on: string }>;
};

/** A contract suite on a server of its own, which is stopped before the next starts. */
const contract = (name: string, engine: RealEngine, ...tests: string[]): Part => ({
  name,
  async run(settings) {
    await engine.provide();
    const server = await engine.start();
    try {
      console.log(`   on ${server.version}`);
      const outcome = await runVitest(['--project', 'integration', ...tests], {
        ...settings,
        ...server.settings,
      });
      return { ...outcome, on: server.version };
    } finally {
      await server.stop();
    }
  },
});

/**
 * The event store's suite on the server at EVENTSTORE_URL; where that is unset, on the embedded engine by its URL, to
 * show that the suite needs no more than a URL and leaves a log that it can run on again.
 */
const eventStore: Part = {
  name: 'eventstore',
  async run(settings) {
    const suite = ['--project', 'integration', 'tests/contract/eventstore'];
    const url = process.env.EVENTSTORE_URL;
    if (url) return { ...(await runVitest(suite, settings)), on: url };
    const server = await startEventStoreByUrl();
    try {
      const first = await runVitest(suite, { ...settings, ...server.settings });
      const second = await runVitest(suite, { ...settings, ...server.settings });
      return {
        passed: first.passed + second.passed,
        failed: first.failed + second.failed,
        failures: [...(first.failures ?? []), ...(second.failures ?? [])],
        on: server.version,
      };
    } finally {
      await server.stop();
    }
  },
};

/** Casefold on all servers at once, each started for it. */
const onAllServers = (name: string, ...tests: string[]): Part => ({
  name,
  async run(settings) {
    for (const engine of [postgres, neo4jCommunity, redis, nats]) await engine.provide();
    const outcome = await runVitest(['--config', 'tests/real/vitest.config.ts', ...tests], settings);
    return { ...outcome, on: 'all of them, with the embedded event store' };
  },
});

export const parts: readonly Part[] = [
  contract(
    'postgres',
    postgres,
    'tests/contract/postgres/postgres.test.ts',
    'tests/contract/postgres/migrate.test.ts',
  ),
  contract('graph', neo4jCommunity, 'tests/contract/graph', '--testNamePattern', 'Neo4j at NEO4J_URL'),
  contract('cache', redis, 'tests/contract/cache', '--testNamePattern', 'Redis'),
  contract('bus', nats, 'tests/contract/bus', '--testNamePattern', 'NATS'),
  eventStore,
  onAllServers('product', 'tests/real/product'),
  onAllServers('workers', 'tests/real/workers', 'tests/real/taken-over'),
  onAllServers('crash', 'tests/real/crash'),
];
