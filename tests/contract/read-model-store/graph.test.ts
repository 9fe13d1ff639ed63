import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applyGraphSchema } from '../../../engines/graph/schema.ts';
import { defineGraphSchema } from '../../../platform/graph-schema.ts';
import type { EntryBatch } from '../../../projections/entries.ts';
import { edgePart, type GraphReadModel, nodePart } from '../../../projections/read-model.ts';
import { liveGeneration } from '../../../projections/runner/graph/control-schema.ts';
import { graphStore } from '../../../projections/runner/graph/graph-store.ts';
import { CheckpointMovedError, type Commit } from '../../../projections/runner/read-model-store.ts';
import { until } from '../../support/until.ts';
import { type GraphUnderTest, graphs } from '../graph/graph-under-test.ts';
import { openLine } from '../graph/line.ts';
import { storeContract } from './store-contract.ts';
import { allPages, changesOf } from './store-under-test.ts';

type Book = {
  id: string;
  title: string;
  pages?: number | null;
  weight?: number;
  sold?: boolean;
  tags?: string[];
};
const book = nodePart<Book>('SampleBook');
const author = nodePart<{ id: string; name: string }>('SampleAuthor');
const cites = edgePart<{ from: string; to: string; lastPosition: string }>(
  'SAMPLE_CITES',
  { from: 'SampleBook', to: 'SampleBook' },
  { owned: true },
);
const read = edgePart<{ from: string; to: string; times: number; score?: number }>('SAMPLE_READ', {
  from: 'SampleAuthor',
  to: 'SampleBook',
});
const model: GraphReadModel = {
  name: 'sample-graph',
  version: 1,
  types: [],
  sink: 'graph',
  parts: [book, author, cites, read],
  schema: defineGraphSchema({
    nodes: {
      SampleBook: {
        key: 'id',
        properties: {
          id: 'string',
          title: 'string',
          pages: 'integer',
          weight: 'float',
          sold: 'boolean',
          tags: 'string[]',
        },
      },
      SampleAuthor: { key: 'id', properties: { id: 'string', name: 'string' } },
    },
    relationships: {
      SAMPLE_CITES: { between: [['SampleBook', 'SampleBook']], properties: { lastPosition: 'string' } },
      SAMPLE_READ: {
        between: [['SampleAuthor', 'SampleBook']],
        properties: { times: 'integer', score: 'float' },
      },
    },
  }),
  fold: () => undefined,
};

describe.each(graphs)('the read-model store in the graph, $name', ({ open }) => {
  let graph: GraphUnderTest;
  const store = () => graphStore(graph.driver, model, applyGraphSchema);
  beforeAll(async () => {
    graph = await open();
    await store().generations();
  });
  afterAll(() => graph.close());
  beforeEach(async () => {
    for (const label of ['SampleBook', 'SampleAuthor'])
      await graph.driver.executeQuery(`MATCH (n:${label}) DETACH DELETE n`);
    for (const label of ['ProjectionPointer', 'ProjectionGeneration', 'ProjectionCheckpoint'])
      await graph.driver.executeQuery(`MATCH (n:${label}) WHERE n.id STARTS WITH $name DELETE n`, {
        name: model.name,
      });
  });

  storeContract({
    store,
    parts: model.parts,
    part: book,
    entry: (id, title) => ({ id, title }),
    // As a reader does: the pointer and the content in one transaction.
    async read(id) {
      const session = graph.driver.session({ defaultAccessMode: neo4j.session.READ });
      try {
        return await session.executeRead(async (transaction) => {
          const pointer = await transaction.run(liveGeneration, { name: model.name });
          const generation = Number(pointer.records[0]?.get('generation'));
          const { records } = await transaction.run(
            'MATCH (b:SampleBook {id: $id}) RETURN b.title AS title',
            {
              id: `g${generation}:${id}`,
            },
          );
          return records[0]?.get('title');
        });
      } finally {
        await session.close();
      }
    },
  });

  const commit = (from: bigint, upTo: bigint, change: (batch: EntryBatch) => void): Commit => ({
    partition: 0,
    fence: 1n,
    from,
    upTo,
    changes: changesOf(model.parts, change, upTo),
    applied: { Written: 1 },
  });
  async function live() {
    const made = store();
    await made.create({ version: 1, state: 'live', partitions: 1 });
    await made.open(1, 0, 1n);
    return made;
  }
  const books = (batch: EntryBatch, ...ids: string[]) => {
    for (const id of ids) batch.put(book, { id, title: id });
  };
  const keys = async (part: typeof cites | typeof read) =>
    (await allPages(store(), 1, part, 2)).map(({ key }) => key.join('>'));

  test('every type of property comes back as it was put, and one that is left out is gone', async () => {
    const full = { id: 'a', title: 'A', pages: 3, weight: 2, sold: false, tags: ['x', 'y'] };
    const half = { id: 'b', title: 'B', weight: 0.5 };
    const graphs = await live();
    await graphs.commit(
      1,
      commit(-1n, 1n, (batch) => {
        batch.put(book, full);
        batch.put(book, half);
        batch.put(author, { id: 'p', name: 'P' });
        batch.put(read, { from: 'p', to: 'a', times: 41 });
      }),
    );
    const needs = [
      { part: book, key: ['a'] },
      { part: book, key: ['b'] },
      { part: read, key: ['p', 'a'] },
      { part: read, key: ['p', 'b'] },
    ];
    const before = await graphs.load(1, needs);
    expect(before.get(book, ['a'])).toEqual(full);
    expect(before.get(book, ['b'])).toEqual(half);
    expect(before.get(read, ['p', 'a'])).toEqual({ from: 'p', to: 'a', times: 41 });
    expect(before.has(read, ['p', 'b'])).toBe(true);
    expect(before.get(read, ['p', 'b'])).toBeUndefined();
    await graphs.commit(
      1,
      commit(1n, 2n, (batch) => {
        batch.put(book, { id: 'a', title: 'A', pages: null });
        batch.put(read, { from: 'p', to: 'a', times: 42, score: 1 });
      }),
    );
    const after = await graphs.load(1, needs);
    expect(after.get(book, ['a'])).toEqual({ id: 'a', title: 'A' });
    expect(after.get(read, ['p', 'a'])).toEqual({ from: 'p', to: 'a', times: 42, score: 1 });
    expect(await graphs.count(1)).toEqual(
      new Map([
        ['SampleBook', 2],
        ['SampleAuthor', 1],
        ['SAMPLE_CITES', 0],
        ['SAMPLE_READ', 1],
      ]),
    );
  });

  test("an owner's edges are replaced as a set, others' stay", async () => {
    const graphs = await live();
    const edge = (from: string, to: string, lastPosition: string) => ({ from, to, lastPosition });
    await graphs.commit(
      1,
      commit(-1n, 1n, (batch) => {
        books(batch, 'a', 'b', 'c', 'd');
        batch.replace(cites, 'a', [edge('a', 'b', '1'), edge('a', 'c', '1'), edge('a', 'a', '1')]);
        batch.replace(cites, 'b', [edge('b', 'a', '1')]);
      }),
    );
    expect(await keys(cites)).toEqual(['a>a', 'a>b', 'a>c', 'b>a']);
    const hashes = new Set((await allPages(graphs, 1, cites, 2)).map(({ hash }) => hash));
    await graphs.commit(
      1,
      commit(1n, 2n, (batch) => {
        batch.replace(cites, 'a', [edge('a', 'c', '2'), edge('a', 'd', '2')]);
      }),
    );
    expect(await keys(cites)).toEqual(['a>c', 'a>d', 'b>a']);
    expect((await allPages(graphs, 1, cites, 2)).filter(({ hash }) => hashes.has(hash))).toHaveLength(1);
    await graphs.commit(
      1,
      commit(2n, 3n, (batch) => batch.replace(cites, 'a', [])),
    );
    expect(await keys(cites)).toEqual(['b>a']);
  });

  test('edges are deleted by their ends, and with the node at either end', async () => {
    const graphs = await live();
    await graphs.commit(
      1,
      commit(-1n, 1n, (batch) => {
        books(batch, 'a', 'b');
        for (const id of ['p', 'q']) {
          batch.put(author, { id, name: id });
          for (const to of ['a', 'b']) batch.put(read, { from: id, to, times: 1 });
        }
      }),
    );
    expect(await keys(read)).toEqual(['p>a', 'p>b', 'q>a', 'q>b']);
    await graphs.commit(
      1,
      commit(1n, 2n, (batch) => batch.delete(read, ['p', 'b'])),
    );
    expect(await keys(read)).toEqual(['p>a', 'q>a', 'q>b']);
    await graphs.commit(
      1,
      commit(2n, 3n, (batch) => batch.delete(book, ['a'])),
    );
    expect(await keys(read)).toEqual(['q>b']);
  });

  test.each<[string, (batch: EntryBatch) => void, RegExp]>([
    [
      'an edge to a node that is not there',
      (b) => b.put(read, { from: 'p', to: 'nowhere', times: 1 }),
      /not both there/,
    ],
    [
      'a property that the schema does not know',
      (b) => b.put(book, { id: 'x', title: 'x', other: 1 } as never),
      /no property "other"/,
    ],
    [
      'a value of another type',
      (b) => b.put(book, { id: 'x', title: 'x', pages: 1.5 }),
      /pages is not of the type integer/,
    ],
  ])('%s fails, and nothing of its batch is there', async (_, wrong, message) => {
    const graphs = await live();
    await graphs.commit(
      1,
      commit(-1n, 1n, (batch) => batch.put(author, { id: 'p', name: 'P' })),
    );
    // Far enough back that slices before it were written already.
    const many = Array.from({ length: 1_200 }, (__, at) => `many${at}`);
    const failing = commit(1n, 2n, (batch) => {
      books(batch, ...many);
      wrong(batch);
    });
    await expect(graphs.commit(1, failing)).rejects.toThrow(message);
    expect((await graphs.count(1)).get('SampleBook')).toBe(0);
    expect(await graphs.checkpoint(1, 0)).toEqual({ position: 1n, applied: { Written: 1 } });
  });

  test('a line that breaks between two slices leaves a batch that is there once', async () => {
    const { address } = await graph.driver.getServerInfo();
    const line = await openLine(String(address));
    const driver = graph.connectAt(`bolt://127.0.0.1:${line.port}`);
    try {
      await live();
      const distant = graphStore(driver, model, applyGraphSchema);
      let cuts = 0;
      const batch = commit(-1n, 1n, (each) => {
        books(each, ...Array.from({ length: 700 }, (_, at) => `b${at}`));
        each.put(book, {
          id: 'last',
          get title() {
            // The first slice is written, and this one is on its way.
            if (cuts++ === 0) line.cut();
            return 'last';
          },
        });
      });
      // The driver may get through by itself, or leave it to the next try.
      await distant.commit(1, batch).catch(async (error: unknown) => {
        if (!distant.isTransient(error)) throw error;
        await distant.commit(1, batch);
      });
      expect(cuts).toBeGreaterThan(1);
      expect((await store().count(1)).get('SampleBook')).toBe(701);
      expect(await store().checkpoint(1, 0)).toEqual({ position: 1n, applied: { Written: 1 } });
      await expect(distant.commit(1, batch)).rejects.toThrow(CheckpointMovedError);
    } finally {
      await driver.close();
      await line.close();
    }
  });

  test('a drop that was cut short lets nobody write any more, and goes on when it is repeated', async () => {
    const { address } = await graph.driver.getServerInfo();
    const line = await openLine(String(address));
    const driver = graph.connectAt(`bolt://127.0.0.1:${line.port}`);
    const graphs = await live();
    await graphs.create({ version: 1, state: 'building', partitions: 1 });
    await graphs.open(2, 0, 1n);
    const many = Array.from({ length: 21_000 }, (_, at) => `b${at}`);
    await graphs.commit(
      2,
      commit(-1n, 1n, (batch) => books(batch, ...many)),
      { bulk: true },
    );
    const count = async () => (await graphs.count(2)).get('SampleBook') ?? 0;

    // With its line it loses its way: it would try for long, and its driver is closed at the end.
    void graphStore(driver, model, applyGraphSchema)
      .drop(2)
      .catch(() => undefined);
    await until('the first slice is gone', async () => (await count()) < many.length, { intervalMs: 1 });
    await line.close();
    expect(await count()).toBeGreaterThan(0);
    expect((await graphs.generations()).map(({ generation }) => generation)).toEqual([1, 2]);
    await expect(
      graphs.commit(
        2,
        commit(1n, 2n, (batch) => books(batch, 'x')),
      ),
    ).rejects.toThrow('overtaken');
    await expect(graphs.switchTo(2)).rejects.toThrow('being dropped');
    await graphs.drop(2);
    expect(await count()).toBe(0);
    expect((await graphs.generations()).map(({ generation }) => generation)).toEqual([1]);
    await driver.close();
  });

  test('what a version without generations has left is the first generation', async () => {
    const id = `${model.name}:g1`;
    await graph.driver.executeQuery("CREATE (c:ProjectionCheckpoint {id: $id, position: '41'})", { id });
    await graph.driver.executeQuery("CREATE (b:SampleBook {id: 'g1:a', title: 'kept'})");
    const adopting = [store(), store()].map((each) => each.generations());
    for (const found of await Promise.all(adopting))
      expect(found).toMatchObject([{ generation: 1, version: 1, state: 'live', partitions: 1 }]);
    const graphs = store();
    expect(await graphs.open(1, 0, 1n)).toEqual({ position: 41n, applied: {} });
    await graphs.commit(
      1,
      commit(41n, 42n, (batch) => books(batch, 'b')),
    );
    expect((await graphs.count(1)).get('SampleBook')).toBe(2);
    expect((await graphs.create({ version: 2, state: 'building', partitions: 1 })).generation).toBe(2);
    const { records } = await graph.driver.executeQuery('MATCH (c:ProjectionCheckpoint {id: $id}) RETURN c', {
      id,
    });
    expect(records).toEqual([]);
  });
});
