import { eventRegistry } from '#domain/registry';
import { type Clients, connect } from '#engines/connect';
import { readConfig } from '#platform/config';
import { createLogger } from '#platform/log';
import { listeningPort } from './processes.ts';
import type { Product } from './product.ts';

/**
 * Opens the stores of a Casefold to look into them.
 *
 * @param folder its data
 * @param settings where the stores are; for those that are not named, the embedded engines are started, so that the
 *   Casefold they belong to must not run
 */
export async function withStores<Result>(
  folder: string,
  look: (clients: Clients) => Promise<Result>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const config = readConfig({ dataFolder: folder, logLevel: 'warn' }, settings);
  const clients = await connect(config, eventRegistry, createLogger('stores', 'warn'));
  try {
    return await look(clients);
  } finally {
    await clients.close();
  }
}

const urls: Readonly<Record<string, (port: number) => readonly [setting: string, url: string]>> = {
  eventstore: (port) => ['EVENTSTORE_URL', `esdb://127.0.0.1:${port}?tls=false`],
  postgres: (port) => ['DATABASE_URL', `postgres://casefold@127.0.0.1:${port}/postgres`],
  graph: (port) => ['NEO4J_URL', `bolt://127.0.0.1:${port}`],
};

/** Where the embedded engines of a running Casefold listen, as settings for a process that shares them. */
export const engineSettings = (casefold: Product): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...casefold.engines()].flatMap(([name, pid]) => {
      const setting = urls[name];
      return setting ? [setting(listeningPort(pid))] : [];
    }),
  );
