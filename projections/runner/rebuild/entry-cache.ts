import {
  type Changes,
  type EntryKey,
  keyText,
  type LoadedEntries,
  type Need,
  type Part,
} from '../../entries.ts';
import { createKnownKeys, type KnownKeys } from './known-keys.ts';

/** Entries as the last commits left them, so that those touched again are not read back from the store. */
export type EntryCache = {
  /** Looks up what a batch needs, in the store only where it must. */
  load(
    needs: readonly Need[],
    store: (needs: readonly Need[]) => Promise<LoadedEntries>,
  ): Promise<LoadedEntries>;
  /** Before a commit whose answer may be lost: the keys it may leave in the store. */
  expect(changes: Changes): void;
  /** After a commit. */
  apply(changes: Changes): void;
  /** Forgets the entries: the store may no longer be as it was left. */
  clear(): void;
};

type Found = { readonly entry: object | undefined };

/**
 * @param capacity entries kept, at the most; those put longest ago go first
 * @param fromEmpty true if the store holds nothing but what goes through this cache
 */
export function createEntryCache(capacity: number, fromEmpty: boolean): EntryCache {
  const known: KnownKeys | undefined = fromEmpty ? createKnownKeys() : undefined;
  // Two halves: when the young one is full, it becomes the old one, and the old one goes. (To take the oldest out of a
  // Map again and again is slow: it looks at all that was deleted before it.)
  let young = new Map<string, Found>();
  let old = new Map<string, Found>();
  /** Parts that somebody asked for: of the others, which a fold only writes, nothing is kept. */
  const asked = new Set<string>();

  function keep(place: string, entry: object | undefined): void {
    young.set(place, { entry });
    if (young.size < capacity / 2) return;
    old = young;
    young = new Map();
  }

  return {
    async load(needs, store) {
      const found = new Map<string, Found>();
      const missing: Need[] = [];
      for (const need of needs) {
        asked.add(need.part.name);
        const text = keyText(need.key);
        const place = placeOf(need.part, text);
        const here = young.get(place) ?? old.get(place);
        if (here) found.set(place, here);
        else if (known && !known.mayHave(need.part.name, text)) found.set(place, { entry: undefined });
        else missing.push(need);
      }
      if (missing.length > 0) {
        const loaded = await store(missing);
        for (const { part, key } of missing)
          found.set(placeOf(part, keyText(key)), { entry: loaded.get(part, key) });
      }
      return {
        has: (part: Part, key: EntryKey) => found.has(placeOf(part, keyText(key))),
        get: (part: Part, key: EntryKey) => found.get(placeOf(part, keyText(key)))?.entry,
      };
    },
    expect(changes) {
      if (!known) return;
      for (const { part, puts } of changes) for (const text of puts.keys()) known.add(part.name, text);
    },
    apply(changes) {
      for (const { part, deletes, puts } of changes) {
        if (!asked.has(part.name)) continue;
        for (const text of deletes.keys()) keep(placeOf(part, text), undefined);
        for (const [text, entry] of puts) keep(placeOf(part, text), entry);
      }
    },
    clear() {
      young = new Map();
      old = new Map();
    },
  };
}

const placeOf = (part: Part, text: string) => `${part.name}\0${text}`;
