import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Digests, digestsOf } from '../support/digests.ts';
import { newDataFolder, startProduct } from '../support/product.ts';
import { engineSettings, withStores } from '../support/stores.ts';
import { until } from '../support/until.ts';
import type { World } from './world.ts';

/** Read models that are built beside those of a world, from nothing but its log and its blobs, and never disturbed. */
export type Rebuild = {
  /** Resolves when they have come to a position. */
  reached(position: bigint): Promise<unknown>;
  digests(): Promise<Digests>;
  end(): Promise<void>;
};

/** Starts the projections of a Casefold on empty embedded engines of its own. It writes nothing to the log. */
export async function startRebuild(world: World): Promise<Rebuild> {
  const folder = newDataFolder();
  mkdirSync(folder, { recursive: true });
  symlinkSync(world.blobs, join(folder, 'blobs'));
  const casefold = await startProduct({
    folder,
    roles: ['projections', 'gpu-runner'],
    settings: { EVENTSTORE_URL: world.logUrl() },
  });
  return {
    reached: (position) =>
      until(`the rebuild has come to ${position}`, async () => {
        const positions = await casefold.positions();
        return positions.values().every((each) => each >= position);
      }),
    digests: () => withStores(folder, digestsOf, engineSettings(casefold)),
    async end() {
      await casefold.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where two sets of read models differ, in words. */
export function differences(live: Digests, rebuilt: Digests): string[] {
  const parts = new Set([...Object.keys(live), ...Object.keys(rebuilt)]);
  return [...parts].flatMap((part) => {
    const [is, should] = [live[part], rebuilt[part]];
    if (is?.sha256 === should?.sha256 && is?.entries === should?.entries) return [];
    return [`${part} has ${is?.entries} entries and differs from a rebuild, which has ${should?.entries}`];
  });
}
