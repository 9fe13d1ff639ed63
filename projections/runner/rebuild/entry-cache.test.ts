import { expect, test } from 'vitest';
import { createEntryBatch, keyText, type Need, type Part } from '../../entries.ts';
import { createEntryCache } from './entry-cache.ts';

type Row = { readonly id: string; readonly count: number };
const part = (name: string): Part<Row> => ({ name, keyOf: ({ id }) => [id] });
const [counted, written] = [part('counted'), part('written')];
const parts = [counted, written];

/** A cache over a store that holds what was applied, and what the store was asked for. */
function cacheOver(fromEmpty: boolean) {
  const cache = createEntryCache(100, fromEmpty);
  const held = new Map<string, object>();
  const lookedUp: string[] = [];
  const place = (name: string, key: readonly unknown[]) => `${name} ${key}`;
  const load = (...needs: Need[]) =>
    cache.load(needs, async (missing) => {
      lookedUp.push(...missing.map((need) => place(need.part.name, need.key)));
      const wanted = new Set(missing.map((need) => place(need.part.name, need.key)));
      return {
        has: ({ name }, key) => wanted.has(place(name, key)),
        get: ({ name }, key) => held.get(place(name, key)),
      };
    });
  return {
    load,
    lookedUp,
    put(...rows: [Part<Row>, Row][]) {
      const batch = createEntryBatch(parts, { has: () => false, get: () => undefined });
      for (const [into, row] of rows) batch.put(into, row);
      const changes = batch.changes();
      cache.expect(changes);
      for (const each of changes)
        for (const [text, row] of each.puts) held.set(place(each.part.name, [text]), row);
      cache.apply(changes);
    },
    hold: (of: Part<Row>, row: Row) => held.set(place(of.name, [keyText(of.keyOf(row))]), row),
  };
}

const need = (of: Part<Row>, id: string): Need => ({ part: of, key: [id] });

test('what was put in a part that somebody asks for is not looked up again', async () => {
  const { load, put, lookedUp } = cacheOver(false);
  await load(need(counted, 'a'));
  put([counted, { id: 'a', count: 1 }]);
  const loaded = await load(need(counted, 'a'));
  expect(loaded.get(counted, ['a'])).toEqual({ id: 'a', count: 1 });
  expect(lookedUp).toEqual(['counted a']);
});

test('what was put in a part that nobody had asked for is not kept, but found in the store', async () => {
  const { load, put, lookedUp } = cacheOver(true);
  put([written, { id: 'a', count: 1 }]);
  const loaded = await load(need(written, 'a'));
  expect(loaded.get(written, ['a'])).toEqual({ id: 'a', count: 1 });
  expect(lookedUp).toEqual(['written a']);
});

test('in a generation that began empty, what was never put is not looked up; in another it is', async () => {
  const fresh = cacheOver(true);
  expect((await fresh.load(need(counted, 'a'))).get(counted, ['a'])).toBeUndefined();
  expect(fresh.lookedUp).toEqual([]);

  const resumed = cacheOver(false);
  resumed.hold(counted, { id: 'a', count: 7 });
  expect((await resumed.load(need(counted, 'a'))).get(counted, ['a'])).toEqual({ id: 'a', count: 7 });
});
