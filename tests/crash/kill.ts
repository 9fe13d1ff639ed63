import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

/**
 * Chooses a moment of chance in what is about to happen: the log, or one of the read models, has come up to a dozen
 * events further than it is now.
 *
 * @returns waits for the moment and tells it in words
 */
export async function momentOfChance(
  casefold: Product,
  random: () => number,
): Promise<() => Promise<string>> {
  const { projections } = await casefold.health();
  const watched = [undefined, ...projections.map(({ name }) => name)];
  const name = watched[Math.floor(random() * watched.length)];
  const at = (await casefold.head()) + 1n + BigInt(Math.floor(random() * 12));
  const position = async () => {
    if (!name) return casefold.head();
    return (await casefold.health()).projections.find((each) => each.name === name)?.position ?? -1n;
  };
  return async () => {
    const moment = `when ${name ?? 'the log'} has come to ${at}`;
    await until(moment, async () => (await position()) >= at, { intervalMs: 10 });
    return moment;
  };
}

/** Kills an engine, or every process at once, and resolves when all of them run again. */
export async function killAndRecover(casefold: Product, victim: string): Promise<Product> {
  if (victim === 'everything') {
    await casefold.kill();
    return startProduct({ folder: casefold.folder });
  }
  const state = async () => (await casefold.health()).engines.find(({ name }) => name === victim);
  const before = (await state())?.restarts ?? 0;
  const pid = casefold.engines().get(victim);
  if (!pid) throw new Error(`There is no engine ${victim} to kill.`);
  process.kill(pid, 'SIGKILL');
  await until(`${victim} runs again`, async () => {
    const now = await state();
    return now?.status === 'running' && now.restarts > before;
  });
  return casefold;
}
