import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import neo4j, { type Driver } from 'neo4j-driver';
import type { EventDefinitions } from '#domain/event';
import { connectEventStore } from '#platform/clients/eventstore';
import { connectPostgres, type PostgresClient } from '#platform/clients/postgres';
import type { Config } from '#platform/config';
import type { EventStore } from '#platform/event-store';
import type { Logger } from '#platform/log';
import type { BlobStore, Bus, ReadCache } from '#platform/ports';
import { openFileBlobStore } from './blobs/file-blob-store.ts';
import { createMemoryBus } from './bus/memory-bus.ts';
import { connectNatsBus } from './bus/nats-bus.ts';
import { connectRedisReadCache } from './cache/redis-read-cache.ts';
import { openSqliteReadCache } from './cache/sqlite-read-cache.ts';
import type { EngineSpec, EngineState } from './supervisor/engine-spec.ts';
import { type EngineSupervisor, superviseEngines } from './supervisor/supervise.ts';

/** A client for every store, whatever stands behind each wire. */
export type Clients = {
  readonly store: EventStore;
  readonly postgres: PostgresClient;
  readonly graph: Driver;
  readonly cache: ReadCache;
  readonly bus: Bus;
  readonly blobs: BlobStore;
  /** The embedded engines that run as child processes; none where every URL is set. */
  engines(): readonly EngineState[];
  /** Closes the clients, then stops the engines. */
  close(): Promise<void>;
};

const engineMain = (name: string) => fileURLToPath(new URL(`./${name}/main.ts`, import.meta.url));

/** The engines to start: one for each wire whose URL is unset. */
function embeddedEngines({
  dataFolder,
  logLevel,
  eventStoreUrl,
  databaseUrl,
  neo4j: graph,
}: Config): EngineSpec[] {
  const spec = (name: string, url: (port: number) => string): EngineSpec => ({
    name,
    main: engineMain(name),
    folder: join(dataFolder, name),
    logLevel,
    url,
  });
  return [
    ...(eventStoreUrl ? [] : [spec('eventstore', (port) => `esdb://127.0.0.1:${port}?tls=false`)]),
    ...(databaseUrl ? [] : [spec('postgres', (port) => `postgres://casefold@127.0.0.1:${port}/postgres`)]),
    ...(graph ? [] : [spec('graph', (port) => `bolt://127.0.0.1:${port}`)]),
  ];
}

/**
 * The one switch from configuration to clients: a set URL is connected to, an unset one gets its embedded engine.
 *
 * @throws {EngineStartError} if an embedded engine cannot start
 */
export async function connect(
  config: Config,
  registry: EventDefinitions,
  log: Logger,
  onEngineChange: (state: EngineState, error?: Error) => void = () => {},
): Promise<Clients> {
  const supervisor = await superviseEngines(embeddedEngines(config), { log, onChange: onEngineChange });
  const closers: (() => Promise<unknown>)[] = [() => supervisor.stop()];
  const close = async () => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    return { ...(await connectClients(config, registry, log, supervisor, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function connectClients(
  config: Config,
  registry: EventDefinitions,
  log: Logger,
  supervisor: EngineSupervisor,
  closers: (() => Promise<unknown>)[],
): Promise<Omit<Clients, 'close'>> {
  const { dataFolder, redisUrl, natsUrl } = config;
  const blobs = await openFileBlobStore(join(dataFolder, 'blobs'));
  const cache = redisUrl
    ? await connectRedisReadCache({
        url: redisUrl,
        onError: (error) => log.warn({ err: error }, 'Redis is away'),
      })
    : openSqliteReadCache({ file: join(dataFolder, 'cache.sqlite') });
  closers.push(() => cache.close());
  const onError = (error: unknown, subject?: string) =>
    log.error({ err: error, subject }, 'a bus handler failed');
  const bus = natsUrl ? await connectNatsBus({ url: natsUrl, onError }) : createMemoryBus({ onError });
  closers.push(() => bus.close());
  const store = connectEventStore(config.eventStoreUrl ?? supervisor.url('eventstore'), registry, log);
  closers.push(() => store.close());
  const postgres = connectPostgres(config.databaseUrl ?? supervisor.url('postgres'), log);
  closers.push(() => postgres.close());
  const graph = connectGraph(
    config.neo4j ?? { url: supervisor.url('graph'), user: 'neo4j', password: undefined },
  );
  closers.push(() => graph.close());
  return { store, postgres, graph, cache, bus, blobs, engines: () => supervisor.states() };
}

function connectGraph({ url, user, password }: NonNullable<Config['neo4j']>): Driver {
  const auth = password === undefined ? undefined : neo4j.auth.basic(user, password);
  // Our integers are small (offsets, counts, milliseconds); positions travel as text.
  return neo4j.driver(url, auth, { disableLosslessIntegers: true, maxTransactionRetryTime: 20_000 });
}
