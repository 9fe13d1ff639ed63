import { rmSync } from 'node:fs';
import { migrateControlPlane } from '#cli/migrate';
import { connectPostgres } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import { postgres } from '../engines/postgres.ts';
import { UnavailableHereError } from '../engines/real-server.ts';
import { newDataFolder } from '../support/product.ts';
import { type BenchEngine, startEngine } from './bench-engine.ts';

export type BenchPostgres = BenchEngine & {
  /** Which server it is, for the table. */
  readonly version: string;
  /** True for the embedded engine, which has one session for all. */
  readonly isEmbedded: boolean;
};

const log = createLogger('bench', 'warn');

/** Starts a real PostgreSQL with the control plane's tables; the embedded engine where a real one cannot be had. */
export async function startPostgres(): Promise<BenchPostgres> {
  const server = await realPostgres().catch((error: unknown) => {
    if (!(error instanceof UnavailableHereError)) throw error;
    return embeddedPostgres();
  });
  try {
    const client = connectPostgres(server.url, log);
    await migrateControlPlane(client);
    await client.close();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function realPostgres(): Promise<BenchPostgres> {
  await postgres.provide();
  const { settings, version, stop } = await postgres.start();
  const { DATABASE_URL: url } = settings;
  if (url === undefined) throw new Error('PostgreSQL was started without a URL.');
  return { url, version, isEmbedded: false, stop };
}

async function embeddedPostgres(): Promise<BenchPostgres> {
  const folder = newDataFolder();
  const { url, stop } = await startEngine('postgres', folder);
  return {
    url,
    version: 'embedded Postgres',
    isEmbedded: true,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
