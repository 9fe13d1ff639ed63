import { expect, test } from 'vitest';
import { createEntryBatch, type EntryBatch, type EntryKey, type Part } from '../../../projections/entries.ts';
import {
  CheckpointMovedError,
  type Commit,
  FencedError,
  type ReadModelStore,
} from '../../../projections/runner/read-model-store.ts';

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
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

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

/** What every {@link ReadModelStore} promises. */
export function storeContract(under: StoreUnderTest): void {
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

  test('where nothing was made there is nothing', async () => {
    expect(await under.store().generations()).toEqual([]);
  });

  test('the first generation is live, empty, and before the log', async () => {
    const store = under.store();
    const before = Date.now();
    const made = await store.create({ ...first, rebuildId: 'r1' });
    expect(made).toMatchObject({ generation: 1, version: 1, state: 'live', partitions: 1, rebuildId: 'r1' });
    expect(made.createdAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(made.createdAt.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await under.store().generations()).toEqual([made]);
    expect(await store.checkpoint(1, 0)).toEqual({ position: -1n, applied: {} });
    expect(await store.count(1)).toEqual(new Map(parts.map(({ name }) => [name, 0])));
    await expect(store.create(first)).rejects.toThrow('live generation already');
    await expect(store.checkpoint(1, 1)).rejects.toThrow();
    await expect(store.checkpoint(2, 0)).rejects.toThrow();
  });

  test('numbers grow and are never used again', async () => {
    const { store } = await live();
    expect((await store.create(next)).generation).toBe(2);
    await store.drop(2);
    expect((await store.create(next)).generation).toBe(3);
    const made = await Promise.all([store.create(next), under.store().create(next), store.create(next)]);
    expect(made.map(({ generation }) => generation).sort()).toEqual([4, 5, 6]);
    expect((await store.generations()).map(({ generation }) => generation)).toEqual([1, 3, 4, 5, 6]);
  });

  test('a batch moves the checkpoint and changes entries', async () => {
    const { store } = await live({ a: 'first', b: 'second' });
    const large = 2n ** 62n + 1n;
    await store.commit(
      1,
      batch(10n, large, { b: 'changed', c: 'third' }, { applied: { Written: 2, Other: 1 } }),
    );
    const changes = changesOf(parts, (each) => {
      each.delete(part, ['a']);
      each.delete(part, ['never there']);
    });
    await store.commit(1, { ...batch(large, large + 2n, {}), changes, applied: { Other: 1 } });
    expect(await under.store().checkpoint(1, 0)).toEqual({
      position: large + 2n,
      applied: { Written: 3, Other: 2 },
    });
    const found = await store.load(1, [
      { part, key: ['a'] },
      { part, key: ['b'] },
      { part, key: ['b'] },
    ]);
    expect(found.has(part, ['a'])).toBe(true);
    expect(found.get(part, ['a'])).toBeUndefined();
    expect(found.get(part, ['b'])).toEqual(entry('b', 'changed'));
    expect(found.has(part, ['c'])).toBe(false);
    expect((await store.count(1)).get(part.name)).toBe(2);
    expect(await under.read('c')).toBe('third');
    expect(await under.read('a')).toBeUndefined();
  });

  test('a batch that does not begin at the checkpoint changes nothing', async () => {
    const { store } = await live();
    for (const from of [-1n, 9n, 11n])
      await expect(store.commit(1, batch(from, 20n, { a: 'wrong' }))).rejects.toThrow(CheckpointMovedError);
    expect(await store.checkpoint(1, 0)).toEqual({ position: 10n, applied: { Written: 1 } });
    expect(await load(store, 1, 'a')).toEqual(entry('a', 'first'));
  });

  test('whoever opened with a smaller fence is out, and has changed nothing', async () => {
    const { store } = await live();
    expect(await under.store().open(1, 0, 3n)).toEqual({ position: 10n, applied: { Written: 1 } });
    await expect(store.commit(1, batch(10n, 20n, { a: 'late' }))).rejects.toThrow(FencedError);
    await expect(store.commit(1, batch(9n, 20n, { a: 'late' }))).rejects.toThrow(FencedError);
    await expect(store.open(1, 0, 2n)).rejects.toThrow(FencedError);
    await store.open(1, 0, 3n);
    await store.commit(1, batch(10n, 20n, { a: 'new' }, { fence: 3n }));
    expect(await load(store, 1, 'a')).toEqual(entry('a', 'new'));
  });

  test('of two commits at once from one position, one is applied', async () => {
    const { store } = await live();
    for (let position = 10n; position < 20n; position++) {
      const tries = ['one', 'two'].map((text) =>
        under.store().commit(1, batch(position, position + 1n, { a: text, [text]: text })),
      );
      const results = await Promise.allSettled(tries);
      const failed = results.filter((result) => result.status === 'rejected');
      expect(failed.map(({ reason }) => reason)).toEqual([expect.any(CheckpointMovedError)]);
      const [winner, loser] = results[0]?.status === 'fulfilled' ? ['one', 'two'] : ['two', 'one'];
      expect(await load(store, 1, 'a')).toEqual(entry('a', winner));
      if (position === 10n) expect(await load(store, 1, loser)).toBeUndefined();
    }
    expect((await store.checkpoint(1, 0)).applied).toEqual({ Written: 11 });
  });

  test('two workers that take a partition from each other lose and double nothing', async () => {
    const { store } = await live({ count: '0' });
    let fence = 1n;
    let fenced = 0;
    let commits = 0;
    let working = 2;
    /** Without it the two might take the partition from each other for ever. */
    async function otherHasCommitted(): Promise<void> {
      const before = commits;
      while (commits === before && working === 2) await new Promise((resolve) => setImmediate(resolve));
    }
    // Each counts up from what it reads: a lost or doubled batch shows in the sum.
    async function work(): Promise<void> {
      const mine = under.store();
      let held = ++fence;
      let { position } = await mine.open(1, 0, held).catch(() => ({ position: -1n }));
      while (position < 50n) {
        try {
          const count = Number((await under.read('count')) ?? 0);
          await mine.commit(1, batch(position, position + 1n, { count: String(count + 1) }, { fence: held }));
          position += 1n;
          commits++;
          if (position % 7n === 0n) throw new CheckpointMovedError('as if the answer were lost');
        } catch (error) {
          if (!(error instanceof FencedError || error instanceof CheckpointMovedError)) throw error;
          fenced++;
          // Lets the other one get on, or in one process they would only ever take turns in fencing.
          for (let turns = fence % 5n; turns >= 0n; turns--) await nextTurn();
          if (error instanceof FencedError) await otherHasCommitted();
          held = ++fence;
          ({ position } = await mine.open(1, 0, held).catch(() => ({ position })));
        }
      }
      working--;
    }
    await Promise.all([work(), work()]);
    expect(fenced).toBeGreaterThan(0);
    const { position, applied } = await store.checkpoint(1, 0);
    expect(position).toBeGreaterThanOrEqual(50n);
    expect(applied).toEqual({ Written: Number(position) - 10 + 1 });
    expect(await under.read('count')).toBe(String(position - 10n));
  });

  test('a parked stream is folded in once, without moving the checkpoint', async () => {
    const { store } = await live();
    const release = batch(10n, 10n, { a: 'released' }, { released: 'document-a@7' });
    await store.commit(1, release);
    expect(await store.checkpoint(1, 0)).toEqual({
      position: 10n,
      applied: { Written: 2 },
      released: 'document-a@7',
    });
    await expect(store.commit(1, release)).rejects.toThrow(CheckpointMovedError);
    await store.commit(1, batch(10n, 11n, { a: 'later' }));
    expect(await store.checkpoint(1, 0)).toEqual({
      position: 11n,
      applied: { Written: 3 },
      released: 'document-a@7',
    });
  });

  test('generations lie side by side; one is switched to and back in a step', async () => {
    const { store } = await live({ a: 'old' });
    await store.create({ ...next, rebuildId: 'r' });
    await store.open(2, 0, 1n);
    await store.commit(2, batch(-1n, 9n, { a: 'new', b: 'more' }), { bulk: true });
    await store.finish(2);
    await store.mark(2, 'ready');
    expect(await store.switchTo(2)).toBe('behind');
    expect(await under.read('a')).toBe('old');
    expect((await store.generations()).map(({ state }) => state)).toEqual(['live', 'ready']);

    await store.commit(2, batch(9n, 10n, {}));
    expect(await store.switchTo(2)).toBe('switched');
    expect(await under.read('a')).toBe('new');
    expect((await store.generations()).map(({ state }) => state)).toEqual(['retired', 'live']);
    expect(await store.switchTo(2)).toBe('switched');

    // Kept up to date, so that one can go back.
    await store.commit(2, batch(10n, 11n, { a: 'newer' }));
    expect(await store.switchTo(1)).toBe('behind');
    await store.commit(1, batch(10n, 11n, { a: 'old, later' }));
    expect(await store.switchTo(1)).toBe('switched');
    expect(await under.read('a')).toBe('old, later');
    expect(await under.read('b')).toBeUndefined();
    expect((await store.generations()).map(({ state }) => state)).toEqual(['live', 'retired']);
    await expect(store.mark(1, 'ready')).rejects.toThrow('is live');
    await expect(store.switchTo(7)).rejects.toThrow();
  });

  test('partitions have checkpoints of their own, and the switch waits for each', async () => {
    const { store } = await live();
    await store.create({ ...next, partitions: 3 });
    for (const partition of [0, 1, 2]) await store.open(2, partition, 1n);
    for (const partition of [0, 2])
      await store.commit(2, batch(-1n, 10n, { [`p${partition}`]: 'x' }, { partition }));
    expect((await store.checkpoint(2, 1)).position).toBe(-1n);
    expect(await store.switchTo(2)).toBe('behind');
    await store.open(2, 1, 2n);
    await store.commit(2, batch(-1n, 10n, { p1: 'x' }, { partition: 1, fence: 2n }));
    await store.commit(2, batch(10n, 11n, {}, { partition: 0 }));
    expect(await store.switchTo(2)).toBe('switched');
    expect(await store.switchTo(1)).toBe('behind');
  });

  test('a generation is dropped with all it holds; never the live one', async () => {
    const { store } = await live({ a: 'kept' });
    await store.create(next);
    await store.open(2, 0, 1n);
    await store.commit(2, batch(-1n, 10n, { a: 'gone', b: 'gone' }));
    await expect(store.drop(1)).rejects.toThrow('is live');
    await store.drop(2);
    await store.drop(2);
    expect((await store.generations()).map(({ generation }) => generation)).toEqual([1]);
    expect((await store.count(2)).get(part.name)).toBe(0);
    expect((await store.count(1)).get(part.name)).toBe(1);
    expect(await under.read('a')).toBe('kept');
    await expect(store.commit(2, batch(10n, 11n, { a: 'behind the sweep' }))).rejects.toThrow();
    await expect(store.open(2, 0, 2n)).rejects.toThrow();
    expect((await store.count(2)).get(part.name)).toBe(0);
  });

  test('pages are in the order of the keys, and equal content has equal hashes in every generation', async () => {
    const ids = ['b', 'a', 'a:1', 'A', 'ä', 'z-9', '10', '9', 'ß', 'a b', 'b0'];
    const { store } = await live(Object.fromEntries(ids.map((id) => [id, `text of ${id}`])));
    const entries = await allPages(store, 1, part, 3);
    expect(entries.map(({ key }) => key)).toEqual(ids.toSorted().map((id) => [id]));
    expect(await store.page(1, part, ['a:1'], 2)).toEqual(
      entries.slice(entries.findIndex(({ key }) => key[0] === 'a:1') + 1).slice(0, 2),
    );
    expect(new Set(entries.map(({ hash }) => hash)).size).toBe(ids.length);
    for (const { hash } of entries) expect(hash).toMatch(/^[0-9a-f]{64}$/);

    await store.create(next);
    await store.open(2, 0, 1n);
    await store.commit(2, batch(-1n, 10n, Object.fromEntries(ids.map((id) => [id, `text of ${id}`]))));
    expect(await allPages(store, 2, part, 100)).toEqual(entries);
    await store.commit(2, batch(10n, 11n, { '9': 'other' }));
    const changed = await allPages(store, 2, part, 4);
    expect(changed.filter(({ hash }, index) => hash !== entries[index]?.hash)).toMatchObject([
      { key: ['9'] },
    ]);
    expect(await store.page(2, part, ['ß'], 5)).toEqual(
      entries.slice(entries.findIndex(({ key }) => key[0] === 'ß') + 1),
    );
  });

  test('readers who read all the time see no less than was there when they began, while it is switched', async () => {
    const { store } = await live({ a: '10' });
    await store.create(next);
    await store.open(2, 0, 1n);
    await store.commit(2, batch(-1n, 10n, { a: '10' }));
    let done = false;
    let reads = 0;
    // What the live generation has acknowledged.
    let visible = 10;
    const reader = async () => {
      while (!done) {
        const least = visible;
        const seen = Number(await under.read('a'));
        if (!(seen >= least)) throw new Error(`saw ${seen}, but ${least} was there`);
        reads++;
        await nextTurn();
      }
    };
    const switching = (async () => {
      try {
        for (let position = 10n; position < 40n; position++) {
          const to = position % 2n === 0n ? 2 : 1;
          await nextTurn();
          // The one that readers are on comes last, so that whoever is switched to is never behind.
          for (const generation of [to, 3 - to])
            await store.commit(generation, batch(position, position + 1n, { a: String(position + 1n) }));
          visible = Number(position + 1n);
          expect(await store.switchTo(to)).toBe('switched');
        }
      } finally {
        done = true;
      }
    })();
    await Promise.all([switching, reader(), reader()]);
    expect(reads).toBeGreaterThan(30);
    expect(await under.read('a')).toBe('40');
  });

  test('a large batch is written whole', async () => {
    const { store } = await live();
    await store.create(next);
    await store.open(2, 0, 1n);
    const texts = Object.fromEntries(Array.from({ length: 11_000 }, (_, at) => [`e${at}`, `${at}`]));
    await store.commit(2, batch(-1n, 10n, texts), { bulk: true });
    expect((await store.count(2)).get(part.name)).toBe(11_000);
    expect(await load(store, 2, 'e10999')).toEqual(entry('e10999', '10999'));
    const entries = await allPages(store, 2, part, 4_000);
    expect(new Set(entries.map(({ key }) => key[0]))).toEqual(new Set(Object.keys(texts)));
  });
}
