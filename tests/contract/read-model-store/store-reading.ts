import { expect, test } from 'vitest';
import { allPages, contractTools, nextTurn, type StoreUnderTest } from './store-under-test.ts';

/** What was put is read back, page by page and by readers. */
export function readingContract(under: StoreUnderTest): void {
  const { part, entry } = under;
  const { next, batch, load, live } = contractTools(under);

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
