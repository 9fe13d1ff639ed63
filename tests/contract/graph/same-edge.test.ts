import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEntryBatch } from '#projections/entries';
import { edgePart, type GraphReadModel, nodePart } from '#projections/read-model';
import { graphStore } from '#projections/runner/graph/graph-store';
import { statementsOf } from '#projections/runner/graph/statements';
import { applyGraphSchema } from '../../../engines/graph/schema.ts';
import { type GraphUnderTest, graphs, testSchema } from './graph-under-test.ts';

const ends = 'MATCH (a:TestDocument {id: row.from}) MATCH (b:TestPerson {id: row.to})';
const merge = `UNWIND $rows AS row ${ends} MERGE (a)-[m:TEST_MENTIONS]->(b)`;

/** A relationship that comes several times in the rows of one statement. LadybugDB 0.19 may crash on it. */
describe.each(graphs)('the same relationship twice in one statement, $name', ({ name, open }) => {
  let graph: GraphUnderTest;
  beforeAll(async () => {
    graph = await open();
  });
  afterAll(() => graph.close());
  beforeEach(async () => {
    await run('MATCH (n:TestDocument) DETACH DELETE n');
    await run('MATCH (n:TestPerson) DETACH DELETE n');
    const nodes = Array.from({ length: 10 }, (_, index) => ({ id: `n${index}` }));
    await run('UNWIND $nodes AS node CREATE (:TestDocument {id: node.id})', { nodes });
    await run('UNWIND $nodes AS node CREATE (:TestPerson {id: node.id})', { nodes });
  });

  const run = async (query: string, parameters: Record<string, unknown> = {}) => {
    const { records } = await graph.driver.executeQuery(query, parameters);
    return records.map((record) => record.toObject());
  };
  const edges = async () => {
    const found = await run(`MATCH (a:TestDocument)-[m:TEST_MENTIONS]->(b:TestPerson)
      RETURN a.id AS from, b.id AS to, m.weight AS weight, m.position AS position ORDER BY from, to`);
    return found.map(({ from, to, weight, position }) => ({ from, to, weight, position: Number(position) }));
  };
  const row = (position: number, from = 'n0', to = 'n1') => ({
    ...{ from, to, weight: position / 2, position: neo4j.int(position) },
  });

  test('MERGE and then SET keeps one, as the last row has it', async () => {
    const rows = [0, 1, 2].map((position) => row(position));
    const query = `${merge} SET m.weight = row.weight, m.position = row.position
      RETURN count(*) AS written`;
    for (let times = 0; times < 2; times++) {
      expect((await run(query, { rows })).map(({ written }) => Number(written))).toEqual([3]);
      expect(await edges()).toEqual([{ from: 'n0', to: 'n1', weight: 1, position: 2 }]);
    }
  });

  test('with very many rows there is one as well, but which of them it is as, is not certain', async () => {
    const rows = Array.from({ length: 3000 }, (_, position) =>
      row(position, `n${position % 10}`, `n${Math.floor(position / 10) % 10}`),
    );
    await run(`${merge} SET m.weight = row.weight, m.position = row.position`, { rows });
    const found = await edges();
    for (const { from, to, weight, position } of found) {
      expect([`n${position % 10}`, `n${Math.floor(position / 10) % 10}`]).toEqual([from, to]);
      expect(weight).toBe(position / 2);
    }
    expect(found).toHaveLength(100);
  });

  test('ON MATCH SET of several of its properties is refused by the embedded engine, which it would end', async () => {
    const rows = [row(1), row(2)];
    const query = `${merge} ON CREATE SET m.weight = 0.5 ON MATCH SET m.weight = row.weight, m.position = row.position`;
    if (name === 'embedded engine') {
      await expect(run(query, { rows })).rejects.toThrow('SET behind the MERGE');
      expect(await edges()).toEqual([]);
    } else {
      await run(query, { rows });
      expect(await edges()).toMatchObject([{ weight: 1, position: 2 }]);
    }
    // One of its properties, several of its ends': nothing is amiss.
    await run(merge, { rows: rows.slice(1) });
    await run(`${merge} ON MATCH SET m.weight = row.weight, a.title = 'a', b.name = 'b'`, { rows });
    expect(await edges()).toMatchObject([{ weight: 1 }]);
  });

  test('a store sends each relationship of a batch once, and sets it behind the MERGE', async () => {
    const document = nodePart<{ id: string; title: string }>('TestDocument');
    const similar = edgePart<{ from: string; to: string; score: number }>('TEST_SIMILAR', {
      from: 'TestDocument',
      to: 'TestDocument',
    });
    const model: GraphReadModel = {
      name: 'same-edges',
      version: 1,
      sink: 'graph',
      schema: testSchema,
      types: [],
      parts: [document, similar],
      fold: () => {},
    };
    for (const statement of statementsOf(model).values()) expect(statement.put).not.toMatch(/\bON\b/);
    const batch = createEntryBatch(model.parts, { has: () => true, get: () => undefined });
    for (const id of ['x', 'y']) batch.put(document, { id, title: id });
    for (const score of [1, 2, 3]) batch.put(similar, { from: 'x', to: 'y', score });
    const changes = batch.changes();
    expect(changes.map(({ puts }) => puts.size)).toEqual([2, 1]);

    const store = graphStore(graph.driver, model, applyGraphSchema);
    const { generation } = await store.create({ version: 1, state: 'building', partitions: 1 });
    await store.open(generation, 0, 1n);
    for (const upTo of [1n, 2n])
      await store.commit(generation, {
        ...{ partition: 0, fence: 1n, from: upTo - 1n === 0n ? -1n : upTo - 1n, upTo },
        ...{ changes, applied: {} },
      });
    const found = await store.load(generation, [{ part: similar, key: ['x', 'y'] }]);
    expect(found.get(similar, ['x', 'y'])).toEqual({ from: 'x', to: 'y', score: 3 });
    expect(await store.count(generation)).toEqual(
      new Map([
        ['TestDocument', 2],
        ['TEST_SIMILAR', 1],
      ]),
    );
    await store.drop(generation);
  });
});
