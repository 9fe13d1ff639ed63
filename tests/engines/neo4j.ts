import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import neo4j, { type Driver } from 'neo4j-driver';
import { providePackages, run } from './debian.ts';
import { findProgram, startPrivateServer } from './private-server.ts';
import type { RealEngine } from './real-server.ts';

const pom = fileURLToPath(new URL('./neo4j-artifacts/pom.xml', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/casefold-engines', import.meta.url));
/** Named after what it is made from, so that another version gets a folder of its own. */
const libraries = join(
  cache,
  `neo4j-${createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)}`,
);

const password = 'only-for-tests';
/** What Neo4j starts with; it must be changed at the first sign-in. */
const firstPassword = 'neo4j';

/** Neo4j Community from its Maven artifacts, with one user, who signs in with a password. */
export const neo4jCommunity: RealEngine = {
  name: 'Neo4j',
  async provide() {
    // Java says its version to a single dash; both programs are on the PATH where they are installed.
    providePackages(['default-jre-headless'], () => findProgram('java') !== undefined);
    if (existsSync(libraries)) return;
    providePackages(['maven'], () => findProgram('mvn') !== undefined);
    console.log('fetching Neo4j with Maven');
    mkdirSync(cache, { recursive: true });
    const unfinished = `${libraries}.${process.pid}`;
    const copy = [
      'dependency:copy-dependencies',
      `-DoutputDirectory=${unfinished}`,
      '-DincludeScope=runtime',
    ];
    run('mvn', ['-q', '-B', '-f', pom, ...copy]);
    rmSync(libraries, { recursive: true, force: true });
    renameSync(unfinished, libraries);
  },
  async start() {
    const address = (port: number) => `bolt://127.0.0.1:${port}`;
    const server = await startPrivateServer(
      'java',
      (_, folder) => [
        ...javaOptions,
        ...['-cp', join(libraries, '*'), 'org.neo4j.server.CommunityEntryPoint'],
        ...[`--home-dir=${folder}`, `--config-dir=${folder}`, '--console-mode'],
      ],
      {
        prepare: (folder, port) => writeFileSync(join(folder, 'neo4j.conf'), settings(port)),
        // A clean end takes ten seconds, for data that goes anyway.
        stopSignal: 'SIGKILL',
        isReady: (port) => signsIn(address(port)),
      },
    );
    const url = address(server.port);
    const driver = neo4j.driver(url, neo4j.auth.basic('neo4j', password));
    const { agent = 'unknown' } = await driver.getServerInfo().finally(() => driver.close());
    return {
      ...server,
      settings: { NEO4J_URL: url, NEO4J_USER: 'neo4j', NEO4J_PASSWORD: password },
      version: `${agent.replace('/', ' ')} Community`,
    };
  },
};

/** Small enough for a machine that does other things; and what Neo4j's own start script opens to it. */
const javaOptions = [
  ...['-Xms128m', '-Xmx640m', '-XX:+UseSerialGC', '-Dio.netty.tryReflectionSetAccessible=true'],
  ...['nio', 'io', 'util.concurrent'].map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`),
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
];

const settings = (port: number) =>
  [
    `server.bolt.listen_address=127.0.0.1:${port}`,
    'server.http.enabled=false',
    'server.https.enabled=false',
    'server.memory.pagecache.size=64m',
    'dbms.usage_report.enabled=false',
    'db.tx_log.preallocate=false',
    'db.tx_log.rotation.size=16m',
    '',
  ].join('\n');

/** True when the server takes the password; the first time, sets it. */
async function signsIn(address: string): Promise<boolean> {
  const withDriver = async (secret: string, use: (driver: Driver) => Promise<unknown>) => {
    const driver = neo4j.driver(address, neo4j.auth.basic('neo4j', secret));
    await use(driver).finally(() => driver.close());
  };
  try {
    await withDriver(password, (driver) => driver.executeQuery('RETURN 1'));
  } catch (error) {
    if (!(error instanceof neo4j.Neo4jError) || error.code !== 'Neo.ClientError.Security.Unauthorized') {
      throw error;
    }
    const change = 'ALTER CURRENT USER SET PASSWORD FROM $from TO $to';
    await withDriver(firstPassword, (driver) =>
      driver.executeQuery(change, { from: firstPassword, to: password }, { database: 'system' }),
    );
  }
  return true;
}
