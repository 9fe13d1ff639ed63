import type { CacheCommit, ReadCache } from '#platform/ports';
import {
  type Changes,
  type EntryKey,
  keyText,
  type LoadedEntries,
  type Need,
  type Part,
} from '../../entries.ts';
import type { CacheReadModel, KeyPart } from '../../read-model.ts';
import { contentHash } from '../canonical.ts';
import { generationPrefix } from '../keys.ts';
import type { StoredEntry } from '../read-model-store.ts';
import { checkpointSpace } from './control-keys.ts';

/** Walks that were left half way are forgotten beyond this number. */
const mostWalks = 4;

/** The entries of a read model as keys and values. */
export type CacheContent = ReturnType<typeof cacheContentOf>;

/** @throws {Error} for key spaces that lie in one another, or whose entries have owners */
export function cacheContentOf(cache: ReadCache, { name, parts }: CacheReadModel) {
  const spaces = [checkpointSpace, ...parts.map(({ prefix }) => prefix)];
  for (const [index, space] of spaces.entries()) {
    if (spaces.some((other, at) => at !== index && other.startsWith(space)))
      throw new Error(`The key space "${space}" of ${name} holds another one.`);
  }
  if (parts.some(({ ownerOf }) => ownerOf)) throw new Error(`A key space of ${name} cannot have owners.`);
  const byName = new Map<string, KeyPart>(parts.map((part) => [part.name, part]));

  /** @throws {Error} for a part that is none of the read model's */
  function spaceOf(generation: number, part: Part): string {
    const found = byName.get(part.name);
    if (!found) throw new Error(`"${part.name}" is no part of this projection.`);
    return generationPrefix(name, generation) + found.prefix;
  }

  const keyOf = (generation: number, part: Part, key: EntryKey) => spaceOf(generation, part) + keyText(key);

  /** Where the last page of a space ended: the next one need not walk the whole cache again. */
  const walks = new Map<string, { readonly keys: readonly string[]; readonly next: number }>();

  /** The keys of a space after one of them; a walk sees those that were there when it began. */
  async function keysAfter(space: string, after: string | undefined) {
    const known = walks.get(space);
    if (known && after !== undefined && known.keys[known.next - 1] === after) return known;
    const keys = await cache.keys(space);
    const next = after === undefined ? 0 : keys.findIndex((key) => key > after);
    return { keys, next: next === -1 ? keys.length : next };
  }

  /** Whoever goes on from here need not walk; others may be on their way through the same keys. */
  function remember(space: string, keys: readonly string[], next: number): void {
    walks.delete(space);
    if (next >= keys.length) return;
    const [oldest] = walks.keys();
    if (walks.size >= mostWalks && oldest !== undefined) walks.delete(oldest);
    walks.set(space, { keys, next });
  }

  return {
    async load(generation: number, needs: readonly Need[]): Promise<LoadedEntries> {
      const keys = [...new Set(needs.map(({ part, key }) => keyOf(generation, part, key)))];
      const values = await cache.getMany(keys);
      const loaded = new Map(keys.map((key, index) => [key, parse(values[index])]));
      return {
        has: (part, key) => loaded.has(keyOf(generation, part, key)),
        get: (part, key) => loaded.get(keyOf(generation, part, key)),
      };
    },

    /** What a batch changes, as keys: one that is deleted is never put as well. */
    changesOf(generation: number, changes: Changes): Required<Pick<CacheCommit, 'sets' | 'deletes'>> {
      const sets = changes.flatMap(({ part, puts }) => {
        const space = spaceOf(generation, part);
        return [...puts].map(([text, entry]) => ({ key: space + text, value: JSON.stringify(entry) }));
      });
      const deletes = changes.flatMap(({ part, deletes }) => {
        const space = spaceOf(generation, part);
        return [...deletes.keys()].map((text) => space + text);
      });
      return { sets, deletes };
    },

    async count(generation: number): Promise<ReadonlyMap<string, number>> {
      const counts = new Map<string, number>();
      for (const part of parts) counts.set(part.name, (await cache.keys(spaceOf(generation, part))).length);
      return counts;
    },

    async page(
      generation: number,
      part: Part,
      after: EntryKey | undefined,
      limit: number,
    ): Promise<readonly StoredEntry[]> {
      const space = spaceOf(generation, part);
      const { keys, next } = await keysAfter(space, after && space + keyText(after));
      const page: StoredEntry[] = [];
      let at = next;
      while (page.length < limit && at < keys.length) {
        const some = keys.slice(at, at + limit - page.length);
        const values = await cache.getMany(some);
        at += some.length;
        for (const [index, key] of some.entries()) {
          const entry = parse(values[index]);
          // One that went while we walked is no entry.
          if (entry) page.push({ key: key.slice(space.length).split('\0'), hash: contentHash(entry) });
        }
      }
      remember(space, keys, at);
      return page;
    },
  };
}

const parse = (json: string | undefined): object | undefined =>
  json === undefined ? undefined : (JSON.parse(json) as object);
