import { defineGraphSchema } from '#platform/graph-schema';
import type { EdgePart, GraphReadModel, NodePart } from '../../read-model.ts';
import type { Properties } from './properties.ts';

/**
 * The Cypher of a part, in what Neo4j and the embedded engine share. Everything that takes many takes `$rows`; a count
 * takes `$start` and `$end`, between which a generation's ids lie; a page takes `$after` (of an edge `$afterTo` too),
 * `$end` and `$limit`.
 */
export type PartStatements = {
  readonly properties: Properties;
  readonly put: string;
  readonly delete: string;
  /** Takes away what belongs to the owners in `$rows`. */
  readonly replace?: string;
  /** Rows of `key` (and `to`) and `entity`. */
  readonly load: string;
  readonly page: string;
  readonly count: string;
};

/**
 * The statements of each part of a read model, by its name.
 *
 * @throws {z.ZodError} for a schema that contradicts itself
 * @throws {Error} for a part that is not in the schema, or that this store cannot keep
 */
export function statementsOf(model: GraphReadModel): ReadonlyMap<string, PartStatements> {
  // Names become part of statements: only plain ones pass.
  const schema = defineGraphSchema(model.schema);
  return new Map(
    model.parts.map((part) => {
      if (part.kind === 'node') {
        const node = schema.nodes[part.label];
        if (node?.key !== 'id' || part.ownerOf)
          throw new Error(`${part.label} must be in the schema with the key "id", and have no owner.`);
        return [part.name, nodeStatements(part, node.properties)];
      }
      const edge = schema.relationships[part.type];
      if (!edge?.between.some(([from, to]) => from === part.from && to === part.to))
        throw new Error(`${part.type} from ${part.from} to ${part.to} must be in the schema.`);
      return [part.name, edgeStatements(part, edge.properties ?? {})];
    }),
  );
}

const within = (id: string) => `${id} > $start AND ${id} < $end`;

const assign = (variable: string, properties: Properties) => {
  const names = Object.keys(properties).filter((name) => name !== 'id');
  return names.length > 0 ? `SET ${names.map((name) => `${variable}.${name} = row.${name}`).join(', ')}` : '';
};

function nodeStatements({ label }: NodePart, properties: Properties): PartStatements {
  return {
    properties,
    put: `UNWIND $rows AS row MERGE (n:\`${label}\` {id: row.id}) ${assign('n', properties)}`,
    delete: `UNWIND $rows AS row MATCH (n:\`${label}\` {id: row.id}) DETACH DELETE n`,
    load: `UNWIND $rows AS row MATCH (n:\`${label}\` {id: row.id}) RETURN n.id AS key, n AS entity`,
    page: `MATCH (n:\`${label}\`) WHERE n.id > $after AND n.id < $end
      RETURN n.id AS key, n AS entity ORDER BY key LIMIT $limit`,
    count: `MATCH (n:\`${label}\`) WHERE ${within('n.id')} RETURN count(*) AS entries`,
  };
}

function edgeStatements({ type, from, to, ownerOf }: EdgePart, properties: Properties): PartStatements {
  // A SET behind the MERGE, and no relationship twice in `$rows` (a batch has one entry for a key): with many rows it is
  // not certain which of them would stay, and the embedded engine may crash on ON MATCH SET: engines/graph/cypher.
  // Two clauses: of two patterns in one, the embedded engine makes every pair there is, and takes twenty times as long.
  const ends = `MATCH (a:\`${from}\` {id: row.from}) MATCH (b:\`${to}\` {id: row.to})`;
  const found = `${ends} MATCH (a)-[r:\`${type}\`]->(b)`;
  const all = `MATCH (a:\`${from}\`)-[r:\`${type}\`]->(b:\`${to}\`)`;
  return {
    properties,
    put: `UNWIND $rows AS row ${ends} MERGE (a)-[r:\`${type}\`]->(b) ${assign('r', properties)}
      RETURN count(*) AS written`,
    delete: `UNWIND $rows AS row ${found} DELETE r`,
    ...(ownerOf && {
      replace: `UNWIND $rows AS row
        MATCH (a:\`${from}\` {id: row.from})-[r:\`${type}\`]->(b:\`${to}\`) DELETE r`,
    }),
    load: `UNWIND $rows AS row ${found} RETURN a.id AS key, b.id AS to, r AS entity`,
    // The index gives the range of \`a\` in its order; what comes before the last key in its first node is left out.
    page: `${all} WHERE a.id >= $after AND a.id < $end AND (a.id > $after OR b.id > $afterTo)
      RETURN a.id AS key, b.id AS to, r AS entity ORDER BY key, to LIMIT $limit`,
    count: `${all} WHERE ${within('a.id')} RETURN count(*) AS entries`,
  };
}
