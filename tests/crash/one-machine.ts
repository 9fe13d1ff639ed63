import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../support/casefold-client.ts';
import { digestsOf } from '../support/digests.ts';
import { type Product, startProduct } from '../support/product.ts';
import { engineSettings, withStores } from '../support/stores.ts';
import { until } from '../support/until.ts';
import type { World } from './world.ts';

const engines = ['eventstore', 'postgres', 'graph'] as const;

/**
 * Casefold as `npm start` runs it, with the embedded engines as its children. Each of them can be killed, and everything
 * at once.
 *
 * @param settings environment variables it is started with, each time
 */
export async function startOneMachine(
  settings: Readonly<Record<string, string>> = {},
): Promise<World & { stop(): Promise<void>; printed(): string }> {
  let casefold = await startProduct({ settings });
  const { folder, token } = casefold;
  // The token outlives a restart, the address does not.
  const client = createClient(() => ({ url: casefold.url, token }));

  return {
    victims: [...engines, 'everything'],
    async kill(victim) {
      if (victim !== 'everything') return killEngine(casefold, victim);
      await casefold.kill();
      casefold = await startProduct({ folder, settings });
    },
    writer: client,
    reader: client,
    logUrl: () => engineSettings(casefold).EVENTSTORE_URL ?? '',
    blobs: join(folder, 'blobs'),
    positions: () => casefold.positions(),
    digests: () => withStores(folder, digestsOf, engineSettings(casefold)),
    printed: () => casefold.printed(),
    async stop() {
      await casefold.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function killEngine(casefold: Product, name: string): Promise<void> {
  const state = async () => (await casefold.health()).engines.find((engine) => engine.name === name);
  const before = (await state())?.restarts ?? 0;
  const pid = casefold.engines().get(name);
  if (!pid) throw new Error(`There is no engine ${name} to kill.`);
  process.kill(pid, 'SIGKILL');
  await until(`${name} runs again`, async () => {
    const now = await state();
    return now?.status === 'running' && now.restarts > before;
  });
}
