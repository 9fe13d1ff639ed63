import { expect, test } from 'vitest';
import { CheckpointMovedError, FencedError } from '../../../projections/runner/read-model-store.ts';
import { changesOf, contractTools, nextTurn, type StoreUnderTest } from './store-under-test.ts';

/** Batches are applied whole, once, and by whoever holds the partition. */
export function commitsContract(under: StoreUnderTest): void {
  const { part, parts, entry } = under;
  const { batch, load, live } = contractTools(under);

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
}
