import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GraphUnderTest, graphs } from './graph-under-test.ts';

/** The Cypher that means the same on both engines: what projections and queries may use. */
describe.each(graphs)('the shared Cypher, $name', ({ open }) => {
  let graph: GraphUnderTest;
  beforeAll(async () => {
    graph = await open();
  });
  afterAll(() => graph.close());
  beforeEach(async () => {
    await run('MATCH (n:TestDocument) DETACH DELETE n');
    await run('MATCH (n:TestPerson) DETACH DELETE n');
  });

  const run = async (query: string, parameters: Record<string, unknown> = {}) => {
    const { records } = await graph.driver.executeQuery(query, parameters);
    return records.map((record) => record.toObject());
  };
  const mergeDocuments = `UNWIND $rows AS row MERGE (d:TestDocument {id: row.id})
    SET d.year = row.year, d.score = row.score, d.tags = row.tags, d.final = row.final, d.title = row.title`;
  const allDocuments = `MATCH (d:TestDocument)
    RETURN d.id AS id, d.year AS year, d.score AS score, d.tags AS tags, d.final AS final ORDER BY id`;

  test('rows need not have the same keys or types of number', async () => {
    await run(mergeDocuments, {
      rows: [
        { id: 'a', year: neo4j.int(2001), score: 1.0, tags: [], final: true },
        { id: 'b', score: 0.5, tags: ['x'] },
        { id: 'c', year: null, score: null },
      ],
    });
    expect(await run(allDocuments)).toEqual([
      { id: 'a', year: neo4j.int(2001), score: 1, tags: [], final: true },
      { id: 'b', year: null, score: 0.5, tags: ['x'], final: null },
      { id: 'c', year: null, score: null, tags: null, final: null },
    ]);
  });

  test('a column that is null in every row takes the type of the property', async () => {
    await run(mergeDocuments, {
      rows: [{ id: 'a', year: neo4j.int(1), final: true, tags: ['x'], score: 2 }],
    });
    await run(mergeDocuments, { rows: [{ id: 'a', year: null }] });
    expect(await run(allDocuments)).toEqual([{ id: 'a', year: null, score: null, tags: null, final: null }]);
    await run('UNWIND $rows AS row MATCH (d:TestDocument {id: row.id}) SET d.year = row.year + 1', {
      rows: [{ id: 'a', year: null }],
    });
  });

  test('no rows do nothing, and aggregate to zero', async () => {
    await run(mergeDocuments, { rows: [] });
    expect(await run('UNWIND $rows AS row RETURN count(*) AS n', { rows: [] })).toEqual([
      { n: neo4j.int(0) },
    ]);
    expect(await run('MATCH (d:TestDocument) WHERE d.id IN $ids RETURN d.id AS id', { ids: [] })).toEqual([]);
    expect(
      await run('MATCH (d:TestDocument) WHERE d.year IN $years RETURN d.id AS id', { years: [] }),
    ).toEqual([]);
  });

  test('a null list contains nothing, and empty lists take any type', async () => {
    const query = 'MATCH (d:TestDocument) WHERE d.year IN $years RETURN d.id AS id';
    await run(mergeDocuments, {
      rows: [
        { id: 'a', tags: ['x'] },
        { id: 'b', tags: [] },
      ],
    });
    expect(await run(query, { years: null })).toEqual([]);
    await run(mergeDocuments, {
      rows: [
        { id: 'a', tags: [] },
        { id: 'b', tags: null },
      ],
    });
    expect(await run('MATCH (d:TestDocument) RETURN d.tags AS tags ORDER BY d.id')).toEqual([
      { tags: [] },
      { tags: null },
    ]);
  });

  test('MERGE of nodes and relationships is idempotent, with ON CREATE and ON MATCH', async () => {
    const merge = `MERGE (d:TestDocument {id: 'a'}) ON CREATE SET d.year = 1 ON MATCH SET d.year = d.year + 1
      MERGE (p:TestPerson {id: 'p'})
      MERGE (d)-[m:TEST_MENTIONS {position: 3}]->(p) ON CREATE SET m.weight = 0.5`;
    for (let times = 0; times < 3; times += 1) await run(merge);
    expect(
      await run(`MATCH (d:TestDocument)-[m:TEST_MENTIONS]->(p:TestPerson)
        RETURN d.year AS year, m.weight AS weight, m.position AS position`),
    ).toEqual([{ year: neo4j.int(3), weight: 0.5, position: neo4j.int(3) }]);
  });

  test('patterns, subqueries, aggregation and paging', async () => {
    await run(mergeDocuments, {
      rows: ['a', 'b', 'c', 'd'].map((id, at) => ({ id, year: neo4j.int(2000 + at), score: at / 2 })),
    });
    await run(
      `UNWIND $edges AS edge MATCH (a:TestDocument {id: edge.from}) MATCH (b:TestDocument {id: edge.to})
       MERGE (a)-[s:TEST_SIMILAR]->(b) SET s.score = edge.score`,
      {
        edges: [
          { from: 'a', to: 'b', score: 1.0 },
          { from: 'b', to: 'c', score: 0.25 },
        ],
      },
    );
    const ids = async (query: string, parameters = {}) => (await run(query, parameters)).map((row) => row.id);
    expect(
      await ids(`MATCH (:TestDocument {id: 'a'})-[:TEST_SIMILAR*1..2]->(d) RETURN d.id AS id ORDER BY id`),
    ).toEqual(['b', 'c']);
    expect(
      await ids('MATCH (d:TestDocument) WHERE NOT (d)-[:TEST_SIMILAR]-(:TestDocument) RETURN d.id AS id'),
    ).toEqual(['d']);
    expect(
      await ids(`MATCH (d:TestDocument) WHERE EXISTS { MATCH (d)-[:TEST_SIMILAR]->(:TestDocument) }
        RETURN d.id AS id ORDER BY id DESC`),
    ).toEqual(['b', 'a']);
    expect(
      await run(
        `MATCH (d:TestDocument) WHERE d.year >= $from
        OPTIONAL MATCH (d)-[s:TEST_SIMILAR]->(other:TestDocument)
        RETURN d.id AS id, CASE WHEN other.id IS NULL THEN 'none' ELSE other.id END AS next,
          COUNT { MATCH (d)<-[:TEST_SIMILAR]-(:TestDocument) } AS incoming
        ORDER BY id SKIP $skip LIMIT $limit`,
        { from: neo4j.int(2000), skip: neo4j.int(1), limit: neo4j.int(2) },
      ),
    ).toEqual([
      { id: 'b', next: 'c', incoming: neo4j.int(1) },
      { id: 'c', next: 'none', incoming: neo4j.int(1) },
    ]);
    const [totals] = await run(`MATCH (a:TestDocument)-[s:TEST_SIMILAR]->(b:TestDocument)
      RETURN sum(s.score) AS total, count(*) AS edges, collect(b.id) AS targets, count(DISTINCT a.id) AS sources`);
    // A list is collected in the order the rows come, which is the engine's own affair.
    expect({ ...totals, targets: totals?.targets.toSorted() }).toEqual({
      total: 1.25,
      edges: neo4j.int(2),
      targets: ['b', 'c'],
      sources: neo4j.int(2),
    });
    expect(
      await ids(
        `MATCH (d:TestDocument {id: 'a'}) RETURN d.id AS id UNION MATCH (d:TestDocument {id: 'b'}) RETURN d.id AS id`,
      ),
    ).toEqual(expect.arrayContaining(['a', 'b']));
  });

  test('what looks like Cypher inside a value stays a value', async () => {
    const id = `') MATCH (n) DETACH DELETE n // $rows`;
    await run(mergeDocuments, { rows: [{ id, title: '$id `x` /* */' }] });
    expect(await run('MATCH (d:TestDocument {id: $id}) RETURN d.title AS title', { id })).toEqual([
      { title: '$id `x` /* */' },
    ]);
    expect(await run(`RETURN '$id /* no comment */' AS text // $id`)).toEqual([
      { text: '$id /* no comment */' },
    ]);
  });
});
