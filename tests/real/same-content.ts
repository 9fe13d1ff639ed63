import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { digestsOf } from '../support/digests.ts';
import { newDataFolder, startProduct } from '../support/product.ts';
import { withStores } from '../support/stores.ts';
import type { Deployment } from './deployment.ts';
import { shareBlobs } from './role-process.ts';

/** What was folded live on real servers is what the embedded engines fold from the same log, from its beginning. */
export function sameContentContract(deployment: () => Deployment): void {
  test('hold exactly the same after the same log', async () => {
    const { settings, blobs, stores, role, caughtUp } = deployment();
    // Whoever serves people writes to the log: what they read is history too.
    for (const name of ['commands', 'read-api'] as const) await role(name).stop();
    const head = await caughtUp();
    const real = await digestsOf(stores);
    const folder = newDataFolder();
    try {
      shareBlobs(folder, blobs);
      const { EVENTSTORE_URL = '' } = settings;
      const embedded = await startProduct({ folder, settings: { EVENTSTORE_URL } });
      expect(await embedded.caughtUp()).toBe(head);
      expect(await embedded.stop()).toBe(0);
      expect(await withStores(folder, digestsOf)).toEqual(real);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
