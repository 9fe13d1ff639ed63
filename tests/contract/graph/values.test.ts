import neo4j, { isInt, isNode, isPath, isRelationship } from 'neo4j-driver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GraphUnderTest, graphs } from './graph-under-test.ts';

describe.each(graphs)('values over Bolt, $name', ({ open }) => {
  let graph: GraphUnderTest;
  beforeAll(async () => {
    graph = await open();
  });
  afterAll(() => graph.close());

  const echo = async (value: unknown): Promise<unknown> => {
    const { records } = await graph.driver.executeQuery('RETURN $value AS value', { value });
    return records[0]?.get('value');
  };

  test.each([
    ['integer', neo4j.int(42)],
    ['negative integer', neo4j.int(-129)],
    ['large integer', neo4j.int('9007199254740991')],
    ['list of integers', [neo4j.int(1), neo4j.int(70_000)]],
  ])('%s comes back as it is, an integer', async (_, value) => {
    expect(await echo(value)).toEqual(value);
  });

  test.each([
    ['whole float', 3.0],
    ['fraction', 0.1],
    ['tiny float', 5e-324],
    ['infinity', Number.POSITIVE_INFINITY],
    ['text', 'Ünïcödé "quoted" \\ \'x\' 🦊\u0000\n'],
    ['long text', 'x'.repeat(200_000)],
    ['empty text', ''],
    ['boolean', false],
    ['null', null],
    ['floats, some whole', [1.5, 2]],
    ['texts', ['a', '']],
    ['empty list', []],
    ['list with null', ['a', null]],
    ['lists in a list', [['a'], []]],
    ['map', { a: 'x', b: true, c: null, d: [0.5], e: { f: 'y' } }],
    ['maps in a list', [{ a: 1.5 }, { a: 2 }]],
  ])('%s comes back as it is', async (_, value) => {
    const back = await echo(value);
    expect(isInt(back)).toBe(false);
    expect(back).toEqual(value);
  });

  test('a node, a relationship and a path keep labels, types, properties and direction', async () => {
    const { records } = await graph.driver.executeQuery(
      `CREATE (a:TestDocument {id: $a, year: $year, score: 2.0, tags: ['x', 'y']})
         -[m:TEST_MENTIONS {weight: 0.5, position: 7}]->(p:TestPerson {id: 'ada', name: 'Ada'})
       WITH a, m, p
       MATCH way = (p)<-[:TEST_MENTIONS]-(a)
       RETURN a, m, p, way, type(m) AS type, [a] AS list, {node: a} AS inMap`,
      { a: 'values-a', year: neo4j.int(1999) },
    );
    const row = records[0]?.toObject() ?? {};
    const { a, m, p, way } = row;
    if (!isNode(a) || !isNode(p) || !isRelationship(m) || !isPath(way)) throw new Error('not graph values');
    expect(a.labels).toEqual(['TestDocument']);
    // What has no value is not there.
    expect(a.properties).toEqual({ id: 'values-a', year: neo4j.int(1999), score: 2, tags: ['x', 'y'] });
    expect(m.type).toBe('TEST_MENTIONS');
    expect(row.type).toBe('TEST_MENTIONS');
    expect(m.properties).toEqual({ weight: 0.5, position: neo4j.int(7) });
    expect([m.startNodeElementId, m.endNodeElementId]).toEqual([a.elementId, p.elementId]);
    expect(way.start.elementId).toBe(p.elementId);
    expect(way.end.elementId).toBe(a.elementId);
    expect(way.segments.map(({ relationship }) => relationship.startNodeElementId)).toEqual([a.elementId]);
    expect(row.list).toEqual([a]);
    expect(row.inMap).toEqual({ node: a });
  });

  test('a long result streams in batches, in order, and can be left early', async () => {
    const session = graph.driver.session({ fetchSize: 100 });
    try {
      const query = 'UNWIND range(1, 25000) AS n RETURN n, toString(n) AS text';
      let next = 1;
      for await (const record of session.run(query)) {
        expect(record.get('n').toNumber()).toBe(next);
        expect(record.get('text')).toBe(String(next));
        next += 1;
      }
      expect(next).toBe(25_001);
      for await (const record of session.run(query)) if (record.get('n').toNumber() === 150) break;
      const after = await session.run('RETURN 1 AS one');
      expect(after.records).toHaveLength(1);
    } finally {
      await session.close();
    }
  });
});
