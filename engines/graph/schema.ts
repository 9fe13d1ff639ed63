import type { Driver } from 'neo4j-driver';
import { defineGraphSchema, type GraphSchema } from '#platform/graph-schema';
import { addMissingTables, type RunStatement } from './schema-ladybug.ts';
import { neo4jSchemaStatements } from './schema-neo4j.ts';

/** The embedded engine says so behind the Neo4j version in its agent string. */
export function isEmbeddedGraph(agent: string | undefined): boolean {
  return agent?.includes('LadybugDB/') ?? false;
}

/**
 * Brings the database to a schema: adds what is missing, changes and drops nothing, may be run any number of times.
 *
 * @param driver connected to the embedded engine or to Neo4j 5
 * @throws {z.ZodError} for a schema that contradicts itself
 * @throws {GraphSchemaError} if what is there already has another key or another type
 */
export async function applyGraphSchema(driver: Driver, schema: GraphSchema): Promise<void> {
  const checked = defineGraphSchema(schema);
  const { agent } = await driver.getServerInfo();
  const session = driver.session();
  const run: RunStatement = async (statement, parameters) => {
    const { records } = await session.run(statement, parameters);
    return records.map((record) => record.toObject());
  };
  try {
    if (isEmbeddedGraph(agent)) await addMissingTables(run, checked);
    else for (const statement of neo4jSchemaStatements(checked)) await run(statement);
  } finally {
    await session.close();
  }
}
