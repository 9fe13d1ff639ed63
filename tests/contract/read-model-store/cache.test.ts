import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectRedisReadCache } from '../../../engines/cache/redis-read-cache.ts';
import { openSqliteReadCache } from '../../../engines/cache/sqlite-read-cache.ts';
import type { ReadCache } from '../../../platform/ports.ts';
import { type CacheReadModel, keyPart } from '../../../projections/read-model.ts';
import { cacheStore } from '../../../projections/runner/cache/cache-store.ts';
import type { Commit } from '../../../projections/runner/read-model-store.ts';
import { findProgram, type PrivateServer, startPrivateServer } from '../../engines/private-server.ts';
import { storeContract } from './store-contract.ts';
import { allPages, changesOf } from './store-under-test.ts';

type Sale = { readonly id: string; readonly text: string; readonly left?: number | null };
const sale = keyPart<Sale>('sale:', ({ id }) => id);
const total = keyPart<{ readonly day: string; readonly times: number }>('total:', ({ day }) => day);
const model: CacheReadModel = {
  name: 'sample-cache',
  version: 1,
  types: [],
  sink: 'cache',
  parts: [sale, total],
  fold: () => undefined,
};

function suite(open: (prefix: string) => Promise<ReadCache>): void {
  let cache: ReadCache;
  let prefix: string;
  beforeEach(async () => {
    prefix = `{${randomUUID()}}:`;
    cache = await open(prefix);
  });
  afterEach(async () => {
    await cache.commit({ deletes: await cache.keys('') });
    await cache.close();
  });
  const store = () => cacheStore(cache, model);

  storeContract({
    store,
    parts: model.parts,
    part: sale,
    entry: (id, text) => ({ id, text }),
    // As a reader does: the pointer, then the key that it points to.
    async read(id) {
      const generation = await cache.get('sample-cache:generation');
      const json = generation && (await cache.get(`sample-cache:g${generation}:sale:${id}`));
      return json ? (JSON.parse(json) as Sale).text : undefined;
    },
  });

  const commit = (from: bigint, upTo: bigint, ...sales: Sale[]): Commit => ({
    partition: 0,
    fence: 1n,
    from,
    upTo,
    changes: changesOf(model.parts, (batch) => {
      for (const each of sales) batch.put(sale, each);
      batch.put(total, { day: 'monday', times: sales.length });
    }),
    applied: { Sold: sales.length },
  });
  async function live() {
    const made = store();
    await made.create({ version: 1, state: 'live', partitions: 1 });
    await made.open(1, 0, 1n);
    return made;
  }

  test('key spaces are counted and paged apart, without what the store keeps beside them', async () => {
    const sales = await live();
    await sales.commit(1, commit(-1n, 1n, { id: 'a', text: 'A' }, { id: 'b', text: 'B' }));
    expect(await sales.count(1)).toEqual(
      new Map([
        ['sale:', 2],
        ['total:', 1],
      ]),
    );
    expect((await allPages(sales, 1, total, 1)).map(({ key }) => key)).toEqual([['monday']]);
  });

  test('what has no value does not count, nor does the order of properties', async () => {
    const sales = await live();
    await sales.commit(1, commit(-1n, 1n, { id: 'a', text: 'A' }));
    const [before] = await sales.page(1, sale, undefined, 1);
    await sales.commit(1, commit(1n, 2n, { text: 'A', left: null, id: 'a' }));
    expect(await sales.page(1, sale, undefined, 1)).toEqual([before]);
    await sales.commit(1, commit(2n, 3n, { text: 'A', left: 0, id: 'a' }));
    expect(await sales.page(1, sale, undefined, 1)).not.toEqual([before]);
  });

  test('pages walked at the same time, and in the middle of changes, miss nothing that stays', async () => {
    const sales = await live();
    const ids = Array.from({ length: 30 }, (_, at) => `s${10 + at}`);
    const every = ids.map((id) => ({ id, text: id }));
    await sales.commit(1, commit(-1n, 1n, ...every));
    await sales.create({ version: 1, state: 'building', partitions: 1 });
    await sales.open(2, 0, 1n);
    await sales.commit(2, commit(-1n, 1n, ...every));
    const [one, two] = await Promise.all([allPages(sales, 1, sale, 4), allPages(sales, 2, sale, 4)]);
    expect(one).toEqual(two);
    expect(one).toHaveLength(30);

    const [first] = await sales.page(1, sale, undefined, 1);
    const gone = changesOf(model.parts, (batch) => {
      for (const id of ids.slice(1, 20)) batch.delete(sale, [id]);
    });
    await sales.commit(1, { ...commit(1n, 2n), changes: gone });
    expect((await sales.page(1, sale, first?.key, 5)).map(({ key }) => key[0])).toEqual(ids.slice(20, 25));
  });

  test('two that go on from the same page at the same time see the same, though entries have gone', async () => {
    const sales = await live();
    const ids = Array.from({ length: 30 }, (_, at) => `s${10 + at}`);
    await sales.commit(1, commit(-1n, 1n, ...ids.map((id) => ({ id, text: id }))));
    const [first] = await sales.page(1, sale, undefined, 1);
    const gone = changesOf(model.parts, (batch) => {
      for (const id of ids.slice(1, 4)) batch.delete(sale, [id]);
    });
    await sales.commit(1, { ...commit(1n, 2n), changes: gone });
    const pages = await Promise.all([1, 2].map(() => sales.page(1, sale, first?.key, 5)));
    for (const page of pages) expect(page.map(({ key }) => key[0])).toEqual(ids.slice(4, 9));
  });

  test('a drop that was cut short lets nobody write any more, and goes on when it is repeated', async () => {
    const sales = await live();
    await sales.create({ version: 1, state: 'building', partitions: 1 });
    await sales.open(2, 0, 1n);
    const many = Array.from({ length: 3_500 }, (_, at) => ({ id: `s${at}`, text: '' }));
    await sales.commit(2, commit(-1n, 1n, ...many));
    // The process dies after its second slice, as far as the cache can tell.
    let slices = 0;
    const dying: ReadCache = {
      ...cache,
      async commit(change) {
        if (change.deletes?.length && ++slices > 2) throw new Error('killed');
        return cache.commit(change);
      },
    };
    await expect(cacheStore(dying, model).drop(2)).rejects.toThrow('killed');
    expect((await sales.count(2)).get('sale:')).toBeLessThan(3_500);
    expect((await sales.count(2)).get('sale:')).toBeGreaterThan(0);
    expect((await sales.generations()).map(({ generation }) => generation)).toEqual([1, 2]);
    await expect(sales.commit(2, commit(1n, 2n))).rejects.toThrow('overtaken');
    await expect(sales.switchTo(2)).rejects.toThrow('being dropped');
    await sales.drop(2);
    expect(await cache.keys('sample-cache:g2:')).toEqual([]);
    expect((await sales.generations()).map(({ generation }) => generation)).toEqual([1]);
  });

  test('what a version without generations has left is the first generation', async () => {
    await cache.commit({
      sets: [
        { key: 'sample-cache:generation', value: '1' },
        { key: 'sample-cache:g1:checkpoint', value: '41' },
        { key: 'sample-cache:g1:sale:a', value: '{"id":"a","text":"kept"}' },
      ],
    });
    const adopting = [store(), store()].map((each) => each.generations());
    for (const found of await Promise.all(adopting))
      expect(found).toMatchObject([{ generation: 1, version: 1, state: 'live', partitions: 1 }]);
    const sales = store();
    expect(await sales.open(1, 0, 1n)).toEqual({ position: 41n, applied: {} });
    await sales.commit(1, commit(41n, 42n, { id: 'b', text: 'new' }));
    expect((await sales.count(1)).get('sale:')).toBe(2);
    expect((await sales.create({ version: 2, state: 'building', partitions: 1 })).generation).toBe(2);
    expect(await cache.get('sample-cache:g1:checkpoint')).toBeUndefined();
  });

  test('key spaces that lie in one another are refused', () => {
    const inner = keyPart<Sale>('sale:big:', ({ id }) => id);
    const checkpoints = keyPart<Sale>('check', ({ id }) => id);
    expect(() => cacheStore(cache, { ...model, parts: [sale, inner] })).toThrow('holds another');
    expect(() => cacheStore(cache, { ...model, parts: [checkpoints] })).toThrow('holds another');
  });
}

describe('the read-model store in the cache, SQLite file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'casefold-cache-')), 'cache.db');
  suite(async (prefix) => openSqliteReadCache({ file, prefix }));
});

const url = process.env.REDIS_URL;
const program = url === undefined ? findProgram('redis-server') : undefined;

if (url === undefined && program === undefined) {
  test('the store on Redis was NOT run: neither REDIS_URL nor a redis-server program', () => undefined);
} else {
  describe('the read-model store in the cache, Redis', () => {
    let server: PrivateServer | undefined;
    beforeAll(async () => {
      if (program === undefined) return;
      server = await startPrivateServer(program, (port, folder) => [
        ...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
      ]);
    });
    afterAll(() => server?.stop());
    suite((prefix) =>
      connectRedisReadCache({
        url: url ?? `redis://127.0.0.1:${server?.port}`,
        prefix,
        onError: (error) => console.error(error.message),
      }),
    );

    test('an error of a Redis that is away passes, an error of the code does not', async () => {
      const store = cacheStore({} as ReadCache, model);
      const away = await connectRedisReadCache({
        url: 'redis://127.0.0.1:1',
        onError: () => undefined,
      }).catch((error: unknown) => error);
      expect(store.isTransient(away)).toBe(true);
      expect(store.isTransient(new TypeError('x is not a function'))).toBe(false);
      expect(store.isTransient(undefined)).toBe(false);
    });
  });
}
