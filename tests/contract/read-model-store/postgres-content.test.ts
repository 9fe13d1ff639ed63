import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyText, type Need } from '#projections/entries';
import { generationSchema } from '#projections/runner/postgres/names';
import { anyRow } from './postgres-any-row.ts';
import { changesOf, commitOf, type EverythingRow, rowOf } from './postgres-sample.ts';
import { allEntries, building, opened, target } from './postgres-store-under-test.ts';

test('what is loaded is what was put, and what is not there is known not to be', async () => {
  const { store, generation, model, everything, logged } = await opened();
  const row = rowOf({
    ...{
      first: 'a"\\{},NULL',
      second: 2n ** 63n - 1n,
      words: 'Zeile – ü 🎉',
      whole: -(2 ** 31),
      size: 2 ** 53 - 1,
    },
    ...{ big: -(2n ** 63n), yes: false, day: '2020-02-29', at: new Date('1969-12-31T23:59:59.999Z') },
    ...{ json: { a: [1, null, 'x'] }, list: ['', 'NULL', '"', 'a,b', '{}'], exact: 1e-300, rough: 0.5 },
  }) as EverythingRow;
  const put = changesOf(model, 1n, (entries) => entries.put(everything, row as never));
  await store.commit(generation, commitOf(-1n, 1n, put));
  const loaded = await store.load(generation, [
    { part: everything, key: [row.first, row.second] },
    { part: everything, key: ['b', 0n] },
    { part: logged, key: [1n] },
  ]);
  expect(loaded.get(everything, [row.first, row.second])).toEqual(row);
  expect([loaded.has(everything, ['b', 0n]), loaded.get(everything, ['b', 0n])]).toEqual([true, undefined]);
  expect([loaded.has(logged, [1n]), loaded.has(logged, [2n])]).toEqual([true, false]);
});

test('rows written in bulk and live are equal when read back, first and again', async () => {
  const { store, model, everything } = await opened();
  const [one, two] = [await store.create(building), await store.create(building)];
  for (const { generation } of [one, two]) await store.open(generation, 0, 1n);
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 20 }), async (rows) => {
      // A run that failed is tried with less: each goes on where the checkpoints are.
      const [from, bulkFrom] = await Promise.all(
        [one, two].map(async ({ generation }) => (await store.checkpoint(generation, 0)).position),
      );
      const upTo = (from ?? -1n) + 1n;
      const changes = changesOf(model, upTo, (entries) => {
        for (const row of rows) entries.put(everything, row as never);
      });
      await store.commit(one.generation, commitOf(from ?? -1n, upTo, changes));
      await store.commit(two.generation, commitOf(bulkFrom ?? -1n, upTo, changes), { bulk: true });
      const last = new Map(rows.map((row) => [keyText(everything.keyOf(row as never)), row]));
      const needs: Need[] = [...last.values()].map((row) => ({
        part: everything,
        key: [row.first, row.second],
      }));
      const [byLive, byBulk] = [
        await store.load(one.generation, needs),
        await store.load(two.generation, needs),
      ];
      for (const { part, key } of needs) {
        const stored = byBulk.get(part, key) as EverythingRow;
        expect(byBulk.get(part, key)).toEqual(byLive.get(part, key));
        // Postgres tells a `real` in as few digits as tell it from the next one.
        const rough = stored.rough === null ? null : Math.fround(stored.rough);
        expect({ ...stored, rough }).toEqual(last.get(keyText(key)));
      }
    }),
    { numRuns: 100 },
  );
  const [live, bulk] = [
    await allEntries(store, one.generation, everything),
    await allEntries(store, two.generation, everything),
  ];
  expect(live.length).toBeGreaterThan(100);
  expect(bulk).toEqual(live);
});

test('pages go through every entry once, in the same order in every generation, and tell content by its hash', async () => {
  const { store, generation, model, everything, logged } = await opened();
  const other = await store.create(building);
  await store.open(other.generation, 0, 1n);
  const firsts = ['b', 'a', 'Z', 'ä', 'a-b', 'ab', 'a b', '', '🎉', '\uffff'];
  const changes = changesOf(model, 1n, (entries) => {
    for (const first of firsts)
      for (const second of [10n, 9n, -1n]) entries.put(everything, rowOf({ first, second, words: first }));
    for (const position of [9n, 10n, 100n]) entries.put(logged, { position, note: 'n' });
  });
  await store.commit(generation, commitOf(-1n, 1n, changes));
  const reversed = changes.map((change) => ({ ...change, puts: new Map([...change.puts].toReversed()) }));
  await store.commit(other.generation, commitOf(-1n, 1n, reversed), { bulk: true });
  const entries = await allEntries(store, generation, everything, 7);
  expect(new Set(entries.map(({ key }) => keyText(key))).size).toBe(30);
  expect(new Set(entries.map(({ hash }) => hash)).size).toBe(30);
  expect(await allEntries(store, other.generation, everything, 4)).toEqual(entries);
  expect((await allEntries(store, generation, logged, 2)).map(({ key }) => key)).toEqual([
    [9n],
    [10n],
    [100n],
  ]);
  const changed = changesOf(model, 2n, (to) =>
    to.put(everything, rowOf({ first: 'b', second: 9n, words: 'other' })),
  );
  await store.commit(other.generation, commitOf(1n, 2n, changed));
  const differing = (await allEntries(store, other.generation, everything)).filter(
    ({ hash }, index) => hash !== entries[index]?.hash,
  );
  expect(differing.map(({ key }) => key)).toEqual([['b', 9n]]);
});

test('large values written in bulk are compressed with LZ4 by a server that has it', async () => {
  const { store, model, everything } = await opened();
  const { generation } = await store.create(building);
  await store.open(generation, 0, 1n);
  const words = 'agreement '.repeat(5000);
  const put = changesOf(model, 1n, (entries) =>
    entries.put(everything, rowOf({ first: 'a', words }) as never),
  );
  await store.commit(generation, commitOf(-1n, 1n, put), { bulk: true });
  const { rows } = await target.pool.query<{ method: string; methods: string[] }>(
    `SELECT pg_column_compression(words) AS method, enumvals AS methods
     FROM "${generationSchema(model.name, generation)}"."${everything.name}", pg_settings
     WHERE name = 'default_toast_compression'`,
  );
  const [found] = rows;
  expect(found?.method).toBe(found?.methods.includes('lz4') ? 'lz4' : 'pglz');
});
