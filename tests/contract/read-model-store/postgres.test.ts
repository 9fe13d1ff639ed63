import { beforeEach, describe, expect, test } from 'vitest';
import { generationSchema } from '#projections/runner/postgres/names';
import { postgresStore } from '#projections/runner/postgres/store';
import { CheckpointMovedError, FencedError } from '#projections/runner/read-model-store';
import { changesOf, commitOf, rowOf, sampleModel, vectorModel } from './postgres-sample.ts';
import { building, client, live, opened, storeOf, target, wipe } from './postgres-store-under-test.ts';
import { storeContract } from './store-contract.ts';

describe('what every store promises', () => {
  const { model, texts } = sampleModel();
  beforeEach(() => wipe(model));
  storeContract({
    store: () => postgresStore(client.db, client.pool, model),
    parts: model.parts,
    part: texts,
    entry: (id, text) => ({ id, text }),
    async read(id) {
      const { rows } = await target.pool.query(`SELECT text FROM read."${texts.name}" WHERE id = $1`, [id]);
      return rows[0]?.text;
    },
  });
});

describe('generations', () => {
  test('there is none at first, and numbers are not used again', async () => {
    const { model } = sampleModel();
    const store = storeOf(model);
    expect(await store.generations()).toEqual([]);
    expect(await store.create(live)).toMatchObject({
      generation: 1,
      version: 1,
      state: 'live',
      partitions: 1,
    });
    const second = await store.create({ ...building, version: 2, partitions: 3, rebuildId: 'r1' });
    expect(second).toMatchObject({
      generation: 2,
      version: 2,
      state: 'building',
      partitions: 3,
      rebuildId: 'r1',
    });
    expect(second.createdAt).toBeInstanceOf(Date);
    expect((await store.generations()).map(({ generation }) => generation)).toEqual([1, 2]);
    await store.drop(2);
    await store.drop(2);
    expect((await store.generations()).map(({ generation }) => generation)).toEqual([1]);
    expect((await store.create(building)).generation).toBe(3);
    await expect(store.checkpoint(2, 0)).rejects.toThrow(/no generation 2/);
  });

  test('of workers that start at once one makes the first; a rebuild that asks again finds its own', async () => {
    const { model } = sampleModel();
    const store = storeOf(model);
    const made = await Promise.allSettled([store.create(live), store.create(live), store.create(live)]);
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const rebuilt = await store.create({ ...building, rebuildId: 'r' });
    expect(await store.create({ ...building, rebuildId: 'r' })).toEqual(rebuilt);
  });

  test('the live one is not dropped', async () => {
    const { store, generation } = await opened();
    await expect(store.drop(generation)).rejects.toThrow(/live/);
    expect(await store.count(generation)).toBeInstanceOf(Map);
  });

  test('marks go from building to ready and back, and to nothing else', async () => {
    const { store } = await opened();
    const { generation } = await store.create(building);
    await store.mark(generation, 'ready');
    const state = async () =>
      (await store.generations()).find((each) => each.generation === generation)?.state;
    expect(await state()).toBe('ready');
    await store.mark(generation, 'building');
    expect(await state()).toBe('building');
    await expect(store.mark(1, 'ready')).rejects.toThrow(/is live/);
  });

  test('indexes come with the first generation, and with finish, once', async () => {
    const { store, generation, model } = await opened();
    const indexes = async (of: number) => {
      const { rows } = await target.pool.query('SELECT indexname FROM pg_indexes WHERE schemaname = $1', [
        generationSchema(model.name, of),
      ]);
      return rows.length;
    };
    expect(await indexes(generation)).toBe(5);
    const next = await store.create(building);
    expect(await indexes(next.generation)).toBe(4);
    await store.finish(next.generation);
    await store.finish(next.generation);
    expect(await indexes(next.generation)).toBe(5);
  });
});

describe.each([{ bulk: false }, { bulk: true }])('commits, bulk: $bulk', (how) => {
  /** More than are written in one transaction. */
  const veryMany = how.bulk ? 25_000 : 2500;

  test('content and checkpoint move together, and counts add up', async () => {
    const { store, generation, model, everything } = await opened();
    const put = changesOf(model, 5n, (entries) => entries.put(everything, rowOf({ first: 'a', whole: 1 })));
    await store.commit(generation, commitOf(-1n, 5n, put, { applied: { A: 2, B: 1 } }), how);
    await store.commit(
      generation,
      commitOf(
        5n,
        9n,
        changesOf(model, 9n, (entries) => entries.delete(everything, ['a', 0n])),
        {
          ...{ applied: { B: 4 }, released: 's@7' },
        },
      ),
      how,
    );
    const none = changesOf(model, 9n, () => undefined);
    await store.commit(generation, commitOf(9n, 9n, none, { applied: {} }), how);
    expect(await store.checkpoint(generation, 0)).toEqual({
      ...{ position: 9n, applied: { A: 2, B: 5 }, released: 's@7' },
    });
    expect((await store.count(generation)).get(everything.name)).toBe(0);
  });

  test('a commit from elsewhere than the checkpoint applies nothing', async () => {
    const { store, generation, model, logged } = await opened();
    const put = (position: bigint) =>
      changesOf(model, position, (entries) => entries.put(logged, { position, note: 'n' }));
    await store.commit(generation, commitOf(-1n, 5n, put(5n)), how);
    await expect(store.commit(generation, commitOf(-1n, 6n, put(6n)), how)).rejects.toThrow(
      CheckpointMovedError,
    );
    expect((await store.count(generation)).get(logged.name)).toBe(1);
    expect((await store.checkpoint(generation, 0)).position).toBe(5n);
  });

  test('whoever was overtaken applies nothing, and cannot take it back', async () => {
    const { store, generation, model, logged } = await opened();
    expect(await store.open(generation, 0, 7n)).toEqual({ position: -1n, applied: {} });
    const put = changesOf(model, 5n, (entries) => entries.put(logged, { position: 5n, note: 'n' }));
    await expect(store.commit(generation, commitOf(-1n, 5n, put), how)).rejects.toThrow(FencedError);
    await expect(store.open(generation, 0, 6n)).rejects.toThrow(FencedError);
    expect((await store.count(generation)).get(logged.name)).toBe(0);
    await store.commit(generation, commitOf(-1n, 5n, put, { fence: 7n }), how);
  });

  test('of workers that commit the same batch at once, one does', async () => {
    const { store, generation, model, logged } = await opened();
    const put = changesOf(model, 5n, (entries) => entries.put(logged, { position: 5n, note: 'n' }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => store.commit(generation, commitOf(-1n, 5n, put), how)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(CheckpointMovedError);
    expect((await store.checkpoint(generation, 0)).applied).toEqual({ Happened: 1 });
  });

  test('partitions have checkpoints of their own', async () => {
    const { store, model, logged } = await opened();
    const { generation } = await store.create({ ...building, partitions: 2 });
    for (const partition of [0, 1]) {
      const position = BigInt(partition);
      await store.open(generation, partition, 1n);
      const put = changesOf(model, position, (entries) => entries.put(logged, { position, note: 'n' }));
      await store.commit(generation, commitOf(-1n, position, put, { partition }), how);
    }
    expect((await store.checkpoint(generation, 0)).position).toBe(0n);
    expect((await store.checkpoint(generation, 1)).position).toBe(1n);
    await expect(store.checkpoint(generation, 2)).rejects.toThrow(/partition 2/);
  });

  test('a row that does not fit undoes the whole batch', async () => {
    const { store, generation, model, everything, logged } = await opened();
    const bad = changesOf(model, 5n, (entries) => {
      entries.put(logged, { position: 5n, note: 'n' });
      entries.put(everything, rowOf({ first: 'a', words: 'a\0b' }));
      entries.put(logged, { position: 6n, note: null as never });
    });
    const error = await store
      .commit(generation, commitOf(-1n, 5n, bad), how)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(store.isTransient(error)).toBe(false);
    expect((await store.count(generation)).get(logged.name)).toBe(0);
    expect((await store.checkpoint(generation, 0)).position).toBe(-1n);
  });

  test('an owner’s entries are replaced as a set, in any number', async () => {
    const { store, generation, model, owned } = await opened();
    const passages = (document: string, count: number, lastPosition: bigint) =>
      Array.from({ length: count }, (_, index) => ({ id: `${document}.${index}`, document, lastPosition }));
    let from = -1n;
    for (const count of [3, veryMany, 2, 0]) {
      const at = from + 1n;
      const replace = changesOf(model, at, (entries) => {
        entries.replace(owned, 'd1', passages('d1', count, at));
        if (at === 0n) entries.replace(owned, 'd2', passages('d2', 5, at));
      });
      await store.commit(generation, commitOf(from, at, replace), how);
      expect((await store.count(generation)).get(owned.name)).toBe(count + 5);
      from = at;
    }
  });

  test('killed between what is written ahead and the rest, it is done again to the same end', async () => {
    const { store, generation, model, owned } = await opened();
    const rows = (lastPosition: bigint) =>
      Array.from({ length: veryMany }, (_, index) => ({ id: `d.${index}`, document: 'd', lastPosition }));
    const changes = changesOf(model, 3n, (entries) => entries.replace(owned, 'd', rows(3n)));
    // The last row breaks the last slice, as a kill would.
    const broken = changesOf(model, 3n, (entries) =>
      entries.replace(owned, 'd', [...rows(3n), { id: 'd.x', document: 'd', lastPosition: null as never }]),
    );
    await expect(store.commit(generation, commitOf(-1n, 3n, broken), how)).rejects.toThrow();
    expect((await store.count(generation)).get(owned.name)).toBeGreaterThan(0);
    expect((await store.checkpoint(generation, 0)).position).toBe(-1n);
    await store.commit(generation, commitOf(-1n, 3n, changes), how);
    expect((await store.count(generation)).get(owned.name)).toBe(veryMany);
    // Whoever was overtaken does not even write ahead.
    await store.open(generation, 0, 2n);
    const overtaken = changesOf(model, 4n, (entries) =>
      entries.replace(
        owned,
        'e',
        rows(4n).map((row) => ({ ...row, id: `e${row.id}`, document: 'e' })),
      ),
    );
    await expect(store.commit(generation, commitOf(3n, 4n, overtaken), how)).rejects.toThrow(FencedError);
    expect((await store.count(generation)).get(owned.name)).toBe(veryMany);
  });

  test('vectors come back as they went in', async () => {
    const { model, vectors } = vectorModel(3);
    const store = storeOf(model);
    const { generation } = await store.create(building);
    await store.open(generation, 0, 1n);
    const row = {
      ...{ passageId: 'd.0', documentId: 'd', caseId: 'c', model: 'm' },
      ...{ embedding: Float32Array.of(0.1, -2.5e-20, 3e30), lastPosition: 0n },
    };
    await store.commit(
      generation,
      commitOf(
        -1n,
        0n,
        changesOf(model, 0n, (to) => to.replace(vectors, 'd', [row])),
      ),
      how,
    );
    const loaded = await store.load(generation, [{ part: vectors, key: ['d.0'] }]);
    expect(loaded.get(vectors, ['d.0'])).toEqual(row);
  });
});

describe('the switch', () => {
  test('no query of readers fails while it goes to and fro, whatever they hold', async () => {
    const { store, model, texts, logged } = await opened();
    const { generation } = await store.create(building);
    await store.open(generation, 0, 1n);
    const put = (text: string) =>
      changesOf(model, 1n, (entries) => {
        entries.put(texts, { id: 'a', text });
        entries.put(logged, { position: 1n, note: text });
      });
    await store.commit(1, commitOf(-1n, 1n, put('one')));
    await store.commit(generation, commitOf(-1n, 1n, put('two')));
    await store.finish(generation);
    await store.mark(generation, 'ready');
    let done = false;
    let read = 0;
    const reader = async () => {
      while (!done) {
        const connection = await target.pool.connect();
        try {
          // Views one after the other, in the order in which the switch does not take them.
          await connection.query('BEGIN');
          const { rows } = await connection.query(`SELECT text FROM read."${texts.name}" WHERE id = 'a'`);
          await connection.query(`SELECT note FROM read."${logged.name}"`);
          await connection.query('COMMIT');
          expect(['one', 'two']).toContain(rows[0]?.text);
          read++;
          connection.release();
        } catch (error) {
          connection.release(true);
          throw error;
        }
      }
    };
    const readers = [reader(), reader(), reader()];
    try {
      for (let round = 0; round < 10; round++)
        expect(await store.switchTo(round % 2 === 0 ? generation : 1)).toBe('switched');
    } finally {
      done = true;
      await Promise.all(readers);
    }
    expect(read).toBeGreaterThan(10);
  });

  test('a view whose columns are others is made anew', async () => {
    const { store, model, texts } = await opened();
    await target.pool.query(`DROP VIEW read."${texts.name}"`);
    await target.pool.query(`CREATE VIEW read."${texts.name}" AS SELECT 1 AS other`);
    const { generation } = await store.create(building);
    await store.open(generation, 0, 1n);
    await store.commit(
      generation,
      commitOf(
        -1n,
        1n,
        changesOf(model, 1n, (to) => to.put(texts, { id: 'a', text: 'x' })),
      ),
    );
    expect(await store.switchTo(generation)).toBe('switched');
    expect((await target.pool.query(`SELECT * FROM read."${texts.name}"`)).rows).toEqual([
      { id: 'a', text: 'x' },
    ]);
  });
});
