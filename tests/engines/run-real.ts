/**
 * `npm run test:real`: the contract suite of each wire on the real server it is made for, then the product on all of
 * them. Servers that are missing are installed; each run starts its own, on free ports and with data of their own. The
 * last line is `N passed, N failed`; the exit code is 1 if anything failed. A part that cannot run here has failed.
 *
 *   npm run test:real -- --only postgres graph
 */
import { Command, Option } from 'commander';
import { nats } from './nats.ts';
import { neo4jCommunity } from './neo4j.ts';
import { postgres } from './postgres.ts';
import { type RealEngine, UnavailableHereError } from './real-server.ts';
import { redis } from './redis.ts';
import { type Outcome, runVitest } from './run-vitest.ts';

type Part = { readonly name: string; run(): Promise<Outcome & { readonly on: string }> };

/** A contract suite on a server of its own, which is stopped before the next starts. */
const contract = (name: string, engine: RealEngine, ...tests: string[]): Part => ({
  name,
  async run() {
    await engine.provide();
    const server = await engine.start();
    try {
      console.log(`   on ${server.version}`);
      const outcome = await runVitest(['--project', 'integration', ...tests], server.settings);
      return { ...outcome, on: server.version };
    } finally {
      await server.stop();
    }
  },
});

const parts: readonly Part[] = [
  contract(
    'postgres',
    postgres,
    'tests/contract/postgres/postgres.test.ts',
    'tests/contract/postgres/migrate.test.ts',
  ),
  contract('graph', neo4jCommunity, 'tests/contract/graph', '--testNamePattern', 'Neo4j at NEO4J_URL'),
  contract('cache', redis, 'tests/contract/cache', '--testNamePattern', 'Redis'),
  contract('bus', nats, 'tests/contract/bus', '--testNamePattern', 'NATS'),
  {
    name: 'eventstore',
    async run() {
      const url = process.env.EVENTSTORE_URL;
      if (url) {
        return { ...(await runVitest(['--project', 'integration', 'tests/contract/eventstore'])), on: url };
      }
      console.log(
        '   NOT run: neither Debian nor Maven has an EventStoreDB. Start one, set EVENTSTORE_URL=esdb://… and run this again.',
      );
      return { passed: 0, failed: 0, on: 'nothing: EVENTSTORE_URL is unset' };
    },
  },
  {
    name: 'product',
    async run() {
      for (const engine of [postgres, neo4jCommunity, redis, nats]) await engine.provide();
      const on = 'all of them, with the embedded event store';
      return { ...(await runVitest(['--config', 'tests/real/vitest.config.ts'])), on };
    },
  },
];

/** Why a part could not even begin, in words; an error that nobody foresaw is shown whole. */
const explain = (error: unknown) =>
  error instanceof UnavailableHereError ? `cannot run here: ${error.message}` : error;

const names = parts.map(({ name }) => name);
const { only = names } = new Command('test:real')
  .description('the contract suites and the product on real servers')
  .addOption(new Option('--only <parts...>', 'run only these parts').choices(names))
  .parse()
  .opts<{ only?: string[] }>();

// Ctrl-C ends this process the usual way, so that the servers it started end with it.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

let passed = 0;
let failed = 0;
const lines: string[] = [];
for (const { name, run } of parts.filter((part) => only.includes(part.name))) {
  console.log(`\n── ${name}`);
  const began = Date.now();
  const outcome = await run().catch((error: unknown) => {
    console.error(explain(error));
    return { passed: 0, failed: 1, on: 'nothing: it could not run' };
  });
  passed += outcome.passed;
  failed += outcome.failed;
  const seconds = Math.round((Date.now() - began) / 1000);
  const mark = outcome.failed > 0 ? '✗' : outcome.passed > 0 ? '✓' : '–';
  lines.push(
    `${mark} ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s, on ${outcome.on}`,
  );
}
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
