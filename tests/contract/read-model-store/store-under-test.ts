import { expect } from 'vitest';
import { createEntryBatch, type EntryBatch, type EntryKey, type Part } from '../../../projections/entries.ts';
import type { Commit, ReadModelStore } from '../../../projections/runner/read-model-store.ts';

/** A store that holds nothing yet, and what to put in it. */
export type StoreUnderTest = {
  store(): ReadModelStore;
  readonly parts: readonly Part[];
  /** The part whose entries the suite puts, and one of its entries. */
  readonly part: Part;
  entry(id: string, text: string): object;
  /** What readers see of an entry now: its text. */
  read(id: string): Promise<string | undefined>;
};

/** What a batch changes, by what it does. */
export function changesOf(parts: readonly Part[], change: (batch: EntryBatch) => void, position = 0n) {
  const batch = createEntryBatch(parts, { has: () => true, get: () => undefined });
  batch.at(position);
  change(batch);
  return batch.changes();
}

/** Lets others on, where everything is in this process and nothing ever waits. */
export const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Every entry of a part, a page at a time. */
export async function allPages(store: ReadModelStore, generation: number, part: Part, limit: number) {
  const entries: { readonly key: EntryKey; readonly hash: string }[] = [];
  for (;;) {
    const page = await store.page(generation, part, entries.at(-1)?.key, limit);
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length === 0) return entries;
    entries.push(...page);
  }
}

/** What the contract's tests make their batches and generations with. */
export function contractTools(under: StoreUnderTest) {
  const { part, parts, entry } = under;
  const first = { version: 1, state: 'live', partitions: 1 } as const;
  const next = { version: 2, state: 'building', partitions: 1 } as const;

  /** A batch that puts texts under ids. */
  function batch(
    from: bigint,
    upTo: bigint,
    texts: Record<string, string>,
    more: Partial<Commit> = {},
  ): Commit {
    const changes = changesOf(parts, (each) => {
      for (const [id, text] of Object.entries(texts)) each.put(part, entry(id, text));
    });
    return { partition: 0, fence: 1n, from, upTo, changes, applied: { Written: 1 }, ...more };
  }
  const load = async (store: ReadModelStore, generation: number, id: string) =>
    (await store.load(generation, [{ part, key: [id] }])).get(part, [id]);

  /** A live generation with a first batch up to 10. */
  async function live(texts: Record<string, string> = { a: 'first' }) {
    const store = under.store();
    const { generation } = await store.create(first);
    await store.open(generation, 0, 1n);
    await store.commit(generation, batch(-1n, 10n, texts));
    return { store, generation };
  }

  return { first, next, batch, load, live };
}
