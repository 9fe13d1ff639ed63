import { z } from 'zod';
import { behaviourEntrySchema } from '#domain/behaviour/events';
import type { Batch, Shelf } from './queue.ts';

const keptSchema = z.array(behaviourEntrySchema).min(1);

/** Batches kept at a time; the oldest goes first. Some days of work without a network. */
const mostBatches = 60;

/**
 * A shelf in the browser's storage, one key for each batch so that tabs do not overwrite each other's. Each person has
 * their own: what one did is never sent as another's. Where storage is off or full, a batch is kept for this page alone.
 */
export function createShelf(storage: Storage | undefined, userId: string): Shelf {
  const prefix = `casefold.behaviour.${userId}.`;
  const here = new Map<string, Batch>();

  const keys = () =>
    storage ? Object.keys(storage).filter((key) => key.startsWith(prefix)) : ([] as string[]);

  function stored(key: string): Batch | undefined {
    try {
      const events = keptSchema.parse(JSON.parse(storage?.getItem(key) ?? ''));
      return { batchId: key.slice(prefix.length), events };
    } catch {
      // Not ours to understand: an older version's, or somebody's hand.
      storage?.removeItem(key);
      return undefined;
    }
  }

  function list(): readonly Batch[] {
    const all = new Map(here);
    for (const key of keys()) {
      const batch = stored(key);
      if (batch) all.set(batch.batchId, batch);
    }
    return [...all.values()].sort((a, b) => (a.batchId < b.batchId ? -1 : 1));
  }

  function remove(batchId: string): void {
    here.delete(batchId);
    storage?.removeItem(prefix + batchId);
  }

  return {
    list,
    remove,
    put(batch) {
      const all = list();
      for (const oldest of all.slice(0, Math.max(0, all.length + 1 - mostBatches))) remove(oldest.batchId);
      try {
        if (!storage) throw new TypeError('There is no storage.');
        storage.setItem(prefix + batch.batchId, JSON.stringify(batch.events));
      } catch {
        here.set(batch.batchId, batch);
      }
    },
  };
}
