import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { superviseEngines } from '#engines/supervisor/supervise';
import { createLogger } from '#platform/log';

export const engineNames = ['eventstore', 'postgres', 'graph'] as const;
export type EngineName = (typeof engineNames)[number];

const urls: Record<EngineName, (port: number) => string> = {
  eventstore: (port) => `esdb://127.0.0.1:${port}?tls=false`,
  postgres: (port) => `postgres://casefold@127.0.0.1:${port}/postgres`,
  graph: (port) => `bolt://127.0.0.1:${port}`,
};

export type BenchEngine = { readonly url: string; stop(): Promise<void> };

/**
 * Starts one engine as Casefold does, with its data where Casefold has it.
 *
 * @param folder a data folder
 * @returns when it accepts connections
 */
export async function startEngine(name: EngineName, folder: string): Promise<BenchEngine> {
  const main = fileURLToPath(new URL(`../../engines/${name}/main.ts`, import.meta.url));
  const spec = { name, main, folder: join(folder, name), logLevel: 'warn', url: urls[name] };
  const engines = await superviseEngines([spec], { log: createLogger(name, 'warn') });
  return { url: engines.url(name), stop: engines.stop };
}
