import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defineGraphSchema } from '#platform/graph-schema';
import { applyGraphSchema } from '../../../engines/graph/schema.ts';
import { type GraphUnderTest, graphs, testSchema } from './graph-under-test.ts';

describe.each(graphs)('graph schema, $name', ({ name, open }) => {
  let graph: GraphUnderTest;
  beforeAll(async () => {
    graph = await open();
  });
  afterAll(() => graph.close());

  test('applying it again, also at the same moment, changes nothing', async () => {
    await graph.driver.executeQuery("MERGE (d:TestDocument {id: 'kept'}) SET d.title = 'kept'");
    await applyGraphSchema(graph.driver, testSchema);
    await applyGraphSchema(graph.driver, testSchema);
    const { records } = await graph.driver.executeQuery(
      "MATCH (d:TestDocument {id: 'kept'}) RETURN d.title AS title",
    );
    expect(records.map((record) => record.get('title'))).toEqual(['kept']);
  });

  test('a larger schema adds labels, properties, and label pairs, and keeps the data', async () => {
    await graph.driver.executeQuery("MERGE (d:TestDocument {id: 'old'}) SET d.title = 'kept'");
    await applyGraphSchema(
      graph.driver,
      defineGraphSchema({
        nodes: {
          ...testSchema.nodes,
          TestDocument: {
            key: 'id',
            properties: { ...testSchema.nodes.TestDocument?.properties, order: 'integer' },
          },
          Case: { key: 'id', properties: { id: 'string' } },
        },
        relationships: {
          TEST_MENTIONS: {
            between: [
              ['TestDocument', 'TestPerson'],
              ['TestPerson', 'Case'],
            ],
            properties: { weight: 'float', position: 'integer', note: 'string' },
          },
        },
      }),
    );
    const { records } = await graph.driver.executeQuery(
      `MATCH (d:TestDocument {id: 'old'}) SET d.\`order\` = 7
       MERGE (p:TestPerson {id: 'p'}) MERGE (c:\`Case\` {id: 'c'})
       MERGE (d)-[:TEST_MENTIONS {note: 'n'}]->(p) MERGE (p)-[:TEST_MENTIONS]->(c)
       WITH d, c MATCH (d)-[:TEST_MENTIONS*1..2]->(c)
       RETURN d.title AS title, d.\`order\` AS number, c.id AS id`,
    );
    expect(
      records.map((record) => [record.get('title'), Number(record.get('number')), record.get('id')]),
    ).toEqual([['kept', 7, 'c']]);
  });

  test('the key is unique', async () => {
    await graph.driver.executeQuery("MERGE (:TestPerson {id: 'one'})");
    await expect(graph.driver.executeQuery("CREATE (:TestPerson {id: 'one'})")).rejects.toMatchObject({
      code: 'Neo.ClientError.Schema.ConstraintValidationFailed',
    });
  });

  test('readers at work survive a schema change', async () => {
    const readers = Array.from({ length: 40 }, () =>
      graph.driver.executeQuery('MATCH (n:TestDocument) RETURN n', {}, { routing: 'READ' }),
    );
    await applyGraphSchema(graph.driver, {
      ...testSchema,
      nodes: { ...testSchema.nodes, TestPlace: { key: 'id', properties: { id: 'string' } } },
    });
    await Promise.all(readers);
  });

  test.runIf(name === 'embedded engine')('a changed type or key is refused, naming both', async () => {
    const changed = (properties: Record<string, 'string' | 'integer'>, key = 'id') =>
      applyGraphSchema(graph.driver, { nodes: { TestPerson: { key, properties } }, relationships: {} });
    await expect(changed({ id: 'string', name: 'integer' })).rejects.toThrow(
      'TestPerson.name is STRING already; the schema wants INT64',
    );
    await expect(changed({ id: 'string', name: 'string' }, 'name')).rejects.toThrow('has the key id already');
  });
});

test.each([
  ['a key that is no property', { nodes: { A: { key: 'id', properties: {} } }, relationships: {} }],
  ['an unknown label', { nodes: {}, relationships: { R: { between: [['A', 'B']] as const } } }],
  [
    'a name that is more than a name',
    { nodes: { 'A`) DETACH': { key: 'id', properties: { id: 'string' } } }, relationships: {} },
  ],
] as const)('a schema with %s is refused', (_, schema) => {
  expect(() => defineGraphSchema(schema)).toThrow();
});
