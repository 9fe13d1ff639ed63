import type { EntryKey, Part } from '../../entries.ts';
import type { ReadModelStore, StoredEntry } from '../read-model-store.ts';

/** Walks over the entries of a part in the store's order, a page at a time. */
export type EntryCursor = {
  /** The entry it is at; undefined behind the last. Valid after `ready`. */
  entry(): StoredEntry | undefined;
  /** True if the next page has to be read before `entry` may be asked. */
  isSpent(): boolean;
  /** Reads the next page, if the one in hand is used up. */
  ready(): Promise<void>;
  advance(): void;
};

const pageSize = 2000;

export function openCursor(
  store: ReadModelStore,
  generation: number,
  part: Part,
  signal: AbortSignal,
): EntryCursor {
  let page: readonly StoredEntry[] = [];
  let at = 0;
  let isLast = false;
  let after: EntryKey | undefined;
  const isSpent = () => at >= page.length && !isLast;
  return {
    entry: () => page[at],
    isSpent,
    async ready() {
      if (!isSpent()) return;
      signal.throwIfAborted();
      page = await store.page(generation, part, after, pageSize);
      at = 0;
      after = page.at(-1)?.key ?? after;
      // A full page may be the last as well, and one that lost entries on the way may be short: only none ends it.
      isLast = page.length === 0;
    },
    advance() {
      at++;
    },
  };
}

/**
 * The order of a store's pages: key by key; numbers as such, text by code unit. (Where a store goes by UTF-8 instead,
 * text beyond the basic plane may come elsewhere; a comparison looks at such entries twice, and is none the wiser.)
 */
export function compareKeys(one: EntryKey, other: EntryKey): number {
  for (const [index, a] of one.entries()) {
    const b = other[index];
    if (b === undefined) return 1;
    if (a !== b) return a < b ? -1 : 1;
  }
  return one.length - other.length;
}
