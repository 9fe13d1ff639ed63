import { z } from 'zod';
import type { Clients } from '#engines/connect';
import type { Config } from '#platform/config';
import { examineModels } from './models/examine.ts';
import { examineReranker } from './models/examine-reranker.ts';

export const findingSchema = z.object({
  wire: z.string(),
  setting: z.string(),
  engine: z.string(),
  version: z.string(),
  answers: z.boolean(),
  detail: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

type Examined = Pick<Clients, 'store' | 'postgres' | 'graph' | 'cache' | 'bus' | 'blobs' | 'engines'>;

/** Asks each wire who it is. */
export async function examine(clients: Examined, config: Config): Promise<Finding[]> {
  const embedded = new Map(clients.engines().map((engine) => [engine.name, engine.version]));
  const check = async (
    wire: string,
    setting: string,
    isSet: boolean,
    ask: () => Promise<{ engine: string; version: string; detail?: string }>,
    withoutIt = 'embedded',
  ): Promise<Finding> => {
    const about = { wire, setting: isSet ? setting : `${setting} unset: ${withoutIt}` };
    try {
      return { ...about, ...(await ask()), answers: true };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { ...about, engine: 'unknown', version: '', answers: false, detail };
    }
  };
  return Promise.all([
    check('EventStoreDB', 'EVENTSTORE_URL', config.eventStoreUrl !== undefined, async () => {
      const head = await clients.store.headPosition();
      return {
        engine: 'EventStoreDB protocol',
        // The client keeps what it learns of the server's version to itself.
        version: embedded.get('eventstore') ?? '(version unknown)',
        detail: `log at ${head}`,
      };
    }),
    check('Postgres', 'DATABASE_URL', config.databaseUrl !== undefined, async () => {
      const { rows } = await clients.postgres.pool.query<{ version: string; vector: string | null }>(
        "SELECT version(), (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS vector",
      );
      const { version: banner = '', vector } = rows[0] ?? {};
      if (!vector)
        throw new Error('The extension pgvector is not available there; install it on the server.');
      // "PostgreSQL 15.20 (Debian …) on x86_64-pc-linux-gnu, compiled by …"
      const [product = ''] = banner.split(' on ');
      // The embedded one says all of it by itself.
      const version = embedded.get('postgres');
      if (version) return { engine: '', version };
      const number = product.replace(/^PostgreSQL /, '');
      return { engine: 'PostgreSQL', version: number, detail: `pgvector ${vector}` };
    }),
    check('Neo4j', 'NEO4J_URL', config.neo4j !== undefined, async () => {
      const { agent = '' } = await clients.graph.getServerInfo();
      const version = embedded.get('graph');
      return version ? { engine: '', version } : { engine: 'Neo4j', version: agent.replace(/^Neo4j\//, '') };
    }),
    check('Redis', 'REDIS_URL', config.redisUrl !== undefined, () => clients.cache.info()),
    check('NATS', 'NATS_URL', config.natsUrl !== undefined, async () => {
      const { engine, version } = await clients.bus.info();
      // Without a server the bus is this process itself, whose version says nothing.
      return { engine, version: config.natsUrl === undefined ? '' : version };
    }),
    check('Models', 'OLLAMA_URL', config.ollama !== undefined, () => examineModels(config), 'built in'),
    check('Reranker', 'RERANKER_URL', config.reranker !== undefined, () => examineReranker(config), 'none'),
    check('Blobs', 'no setting', true, async () => {
      const { engine, where } = await clients.blobs.info();
      return { engine: `${engine} in ${where}`, version: '' };
    }),
  ]);
}
