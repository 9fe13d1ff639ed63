import type { GraphSchema } from '#platform/graph-schema';

/** Constraints and indexes, each harmless to repeat. Neo4j needs no tables, and takes properties as they come. */
export function neo4jSchemaStatements({ nodes }: GraphSchema): string[] {
  return Object.entries(nodes).flatMap(([label, { key, indexes = [] }]) => [
    `CREATE CONSTRAINT \`${label}_${key}\` IF NOT EXISTS FOR (n:\`${label}\`) REQUIRE n.\`${key}\` IS UNIQUE`,
    ...indexes.map(
      (property) =>
        `CREATE INDEX \`${label}_${property}_index\` IF NOT EXISTS FOR (n:\`${label}\`) ON (n.\`${property}\`)`,
    ),
  ]);
}
