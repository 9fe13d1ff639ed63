import { createHash } from 'node:crypto';
import { keyText, type Part } from '../../entries.ts';
import type { ReadModel } from '../../read-model.ts';
import type { ReadModelStore, StoredEntry, TypeCounts } from '../read-model-store.ts';
import { openCursor } from './entry-cursor.ts';

/** What a generation holds: SHA-256 over its entries, and how many there are in each part. */
export type ContentDigest = { readonly digest: string; readonly entries: TypeCounts };

/** SHA-256 over part, key and hash of each entry, in the order of the parts and of their pages. */
export function createContentHash() {
  const hash = createHash('sha256');
  const entries: Record<string, number> = {};
  return {
    begin(part: Part): void {
      entries[part.name] = 0;
    },
    add(part: Part, entry: StoredEntry): void {
      hash.update(`${part.name}\0${keyText(entry.key)}\0${entry.hash}\n`);
      entries[part.name] = (entries[part.name] ?? 0) + 1;
    },
    digest: (): ContentDigest => ({ digest: hash.digest('hex'), entries }),
  };
}

/** Reads all of a generation; it should be at rest. @throws the signal's reason */
export async function digestGeneration(
  model: ReadModel,
  store: ReadModelStore,
  generation: number,
  signal: AbortSignal,
): Promise<ContentDigest> {
  const content = createContentHash();
  const parts: readonly Part[] = model.parts;
  for (const part of parts) {
    content.begin(part);
    const cursor = openCursor(store, generation, part, signal);
    for (await cursor.ready(); cursor.entry(); ) {
      for (let entry = cursor.entry(); entry; entry = cursor.entry()) {
        content.add(part, entry);
        cursor.advance();
      }
      await cursor.ready();
    }
  }
  return content.digest();
}
