import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import neo4j, { type Driver } from 'neo4j-driver';
import { defineGraphSchema } from '#platform/graph-schema';
import { createLogger } from '#platform/log';
import { applyGraphSchema } from '../../../engines/graph/schema.ts';
import { startGraph } from '../../../engines/graph/server.ts';

/** A graph with the test schema and no data, behind an unmodified driver. */
export type GraphUnderTest = {
  readonly driver: Driver;
  /** Another driver, signed in the same way, that reaches the server at another address. */
  connectAt(url: string): Driver;
  close(): Promise<void>;
};

/** Labels that nothing else uses: in a real Neo4j, only their nodes are deleted. */
export const testSchema = defineGraphSchema({
  nodes: {
    TestDocument: {
      key: 'id',
      properties: {
        id: 'string',
        year: 'integer',
        score: 'float',
        final: 'boolean',
        tags: 'string[]',
        title: 'string',
      },
      indexes: ['year'],
    },
    TestPerson: { key: 'id', properties: { id: 'string', name: 'string' } },
  },
  relationships: {
    TEST_MENTIONS: {
      between: [['TestDocument', 'TestPerson']],
      properties: { weight: 'float', position: 'integer' },
    },
    TEST_SIMILAR: { between: [['TestDocument', 'TestDocument']], properties: { score: 'float' } },
  },
});

async function openEmbedded(): Promise<GraphUnderTest> {
  const engine = await startGraph({
    folder: mkdtempSync(join(tmpdir(), 'casefold-graph-')),
    port: 0,
    log: createLogger('graph', 'warn'),
  });
  const driver = neo4j.driver(`bolt://127.0.0.1:${engine.port}`);
  await applyGraphSchema(driver, testSchema);
  return {
    driver,
    connectAt: (url) => neo4j.driver(url),
    async close() {
      await driver.close();
      await engine.close();
    },
  };
}

async function openNeo4j(url: string): Promise<GraphUnderTest> {
  const { NEO4J_USER = 'neo4j', NEO4J_PASSWORD } = process.env;
  const auth = NEO4J_PASSWORD === undefined ? undefined : neo4j.auth.basic(NEO4J_USER, NEO4J_PASSWORD);
  const driver = neo4j.driver(url, auth);
  await applyGraphSchema(driver, testSchema);
  for (const label of Object.keys(testSchema.nodes)) {
    await driver.executeQuery(`MATCH (n:${label}) DETACH DELETE n`);
  }
  return { driver, connectAt: (other) => neo4j.driver(other, auth), close: () => driver.close() };
}

const url = process.env.NEO4J_URL;

/** The engines the suite runs against: the embedded one, and the real one where `NEO4J_URL` says where it is. */
export const graphs: readonly { readonly name: string; open(): Promise<GraphUnderTest> }[] = [
  { name: 'embedded engine', open: openEmbedded },
  ...(url === undefined ? [] : [{ name: 'Neo4j at NEO4J_URL', open: () => openNeo4j(url) }]),
];
