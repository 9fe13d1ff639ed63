import { z } from 'zod';

/**
 * The shape of a graph, written once for both engines: LadybugDB needs every table and property declared, Neo4j gets
 * the keys as constraints. Times are integers (milliseconds since 1970).
 */
export type PropertyType = 'string' | 'integer' | 'float' | 'boolean' | 'string[]' | 'integer[]' | 'float[]';

export type NodeSchema = {
  /** The property that identifies a node of this label; unique, never null. */
  readonly key: string;
  /** Every property, the key among them. */
  readonly properties: Readonly<Record<string, PropertyType>>;
  /** Properties that Neo4j should index as well; LadybugDB has an index on the key only. */
  readonly indexes?: readonly string[];
};

export type RelationshipSchema = {
  /** Which labels it may join, in which direction. */
  readonly between: readonly (readonly [from: string, to: string])[];
  readonly properties?: Readonly<Record<string, PropertyType>>;
};

export type GraphSchema = {
  readonly nodes: Readonly<Record<string, NodeSchema>>;
  readonly relationships: Readonly<Record<string, RelationshipSchema>>;
};

/** Names become part of statements that take no parameters, so nothing but a plain name may pass. */
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, 'must be a plain name: letters, digits and _');
const properties = z.record(
  name,
  z.enum(['string', 'integer', 'float', 'boolean', 'string[]', 'integer[]', 'float[]']),
);
const graphSchemaSchema = z
  .object({
    nodes: z.record(name, z.object({ key: name, properties, indexes: z.array(name).optional() })),
    relationships: z.record(
      name,
      z.object({ between: z.array(z.tuple([name, name])).min(1), properties: properties.optional() }),
    ),
  })
  .check(({ value, issues }) => {
    const complain = (path: string[], message: string) =>
      issues.push({ code: 'custom', path, message, input: value });
    for (const [label, node] of Object.entries(value.nodes)) {
      for (const property of [node.key, ...(node.indexes ?? [])]) {
        if (!(property in node.properties)) {
          complain(['nodes', label], `"${property}" is not among its properties`);
        }
      }
    }
    for (const [type, { between }] of Object.entries(value.relationships)) {
      for (const label of between.flat()) {
        if (!(label in value.nodes)) complain(['relationships', type], `there is no label "${label}"`);
      }
    }
  });

/**
 * Checks a schema and gives it back: plain names, keys that are declared, relationships between known labels.
 *
 * @throws {z.ZodError}
 */
export function defineGraphSchema(schema: GraphSchema): GraphSchema {
  return graphSchemaSchema.parse(schema);
}
