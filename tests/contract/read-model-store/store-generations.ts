import { expect, test } from 'vitest';
import { contractTools, type StoreUnderTest } from './store-under-test.ts';

/** Generations lie beside each other, and readers see one of them. */
export function generationsContract(under: StoreUnderTest): void {
  const { part, parts } = under;
  const { first, next, batch, live } = contractTools(under);

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

  test('a rebuild that asks again, as if the answer were lost, finds its own', async () => {
    const { store } = await live();
    const made = await store.create({ ...next, partitions: 2, rebuildId: 'r' });
    expect(made).toMatchObject({ generation: 2, state: 'building', partitions: 2, rebuildId: 'r' });
    await store.open(2, 1, 1n);
    await store.commit(2, batch(-1n, 10n, { a: 'kept' }, { partition: 1 }));
    const again = [store, under.store()].map((each) =>
      each.create({ ...next, partitions: 2, rebuildId: 'r' }),
    );
    expect(await Promise.all(again)).toEqual([made, made]);
    expect((await store.checkpoint(2, 1)).position).toBe(10n);
    expect((await store.create({ ...next, rebuildId: 'another' })).generation).toBe(3);
    await store.drop(2);
    expect((await store.create({ ...next, rebuildId: 'r' })).generation).toBe(4);
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
}
