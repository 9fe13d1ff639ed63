import { z } from 'zod';
import { BoltStructure, type BoltValue } from '../bolt/bolt-value.ts';
import { BoltFailure } from '../bolt/failure.ts';
import type { ColumnType } from './column-type.ts';

export type ToBolt = (value: unknown) => BoltValue;

/** How to convert the properties of a label or relationship type: a node comes without their types. */
export type PropertyConverters = (label: string) => ReadonlyMap<string, ToBolt> | undefined;

const tag = { node: 0x4e, relationship: 0x52, unboundRelationship: 0x72, path: 0x50 };
const idSchema = z.object({ offset: z.number(), table: z.number() });
const nodeSchema = z.looseObject({ _id: idSchema, _label: z.string() });
const relationshipSchema = z.looseObject({
  _id: idSchema,
  _label: z.string(),
  _src: idSchema,
  _dst: idSchema,
});
const pathSchema = z.object({ _nodes: z.array(nodeSchema), _rels: z.array(relationshipSchema) });
type Id = z.infer<typeof idSchema>;
type Relationship = z.infer<typeof relationshipSchema>;

/** Identity in one integer that a double holds exactly: 12 bits of table, 40 of offset. */
const numericId = ({ table, offset }: Id) => BigInt(table) * 2n ** 40n + BigInt(offset);
const elementId = ({ table, offset }: Id) => `${table}:${offset}`;

/** Makes the function that turns the values of a column into what Bolt carries. */
export function toBolt(type: ColumnType, properties: PropertyConverters): ToBolt {
  const orNull =
    (convert: ToBolt): ToBolt =>
    (value) =>
      value === null || value === undefined ? null : convert(value);
  switch (type.kind) {
    case 'list': {
      const element = toBolt(type.element, properties);
      return orNull((value) => z.array(z.unknown()).parse(value).map(element));
    }
    case 'map': {
      const item = toBolt(type.value, properties);
      return orNull((value) => new Map(entries(value).map(([key, found]) => [key, item(found)])));
    }
    case 'struct': {
      const fields = [...type.fields].map(([name, field]) => [name, toBolt(field, properties)] as const);
      return orNull((value) => {
        const found = new Map(entries(value));
        return new Map(fields.map(([name, convert]) => [name, convert(found.get(name))]));
      });
    }
    case 'scalar':
      return orNull(scalar(type.name, properties));
  }
}

function scalar(name: string, properties: PropertyConverters): ToBolt {
  if (name === 'NODE') return (value) => node(nodeSchema.parse(value), properties);
  if (name === 'REL') return (value) => relationship(relationshipSchema.parse(value), properties);
  if (name === 'RECURSIVE_REL') return (value) => pathOrRelationships(value, properties);
  if (name === 'INTERNAL_ID') return (value) => numericId(idSchema.parse(value));
  if (name === 'STRING' || name === 'UUID') return String;
  if (name === 'BOOL') return (value) => value === true;
  if (name === 'DOUBLE' || name === 'FLOAT' || name === 'DECIMAL') return Number;
  if (name === 'BLOB') return (value) => z.instanceof(Uint8Array).parse(value);
  if (/^U?INT\d+$|^SERIAL$/.test(name)) return integer;
  return () => {
    throw new BoltFailure(
      'Neo.ClientError.Statement.TypeError',
      `A result has the type ${name}, which is not carried here. Return text, or milliseconds since 1970, instead.`,
    );
  };
}

/** LadybugDB hands integers over as doubles: one beyond 2^53 may already be wrong, so it is refused, not rounded. */
function integer(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw new BoltFailure(
    'Neo.ClientError.Statement.ArgumentError',
    `The integer ${String(value)} is beyond 2^53 and cannot be read exactly here. Keep such numbers as text.`,
  );
}

function node(value: z.infer<typeof nodeSchema>, properties: PropertyConverters): BoltStructure {
  return new BoltStructure(tag.node, [
    numericId(value._id),
    [value._label],
    propertiesOf(value, value._label, properties),
    elementId(value._id),
  ]);
}

function relationship(value: Relationship, properties: PropertyConverters): BoltStructure {
  return new BoltStructure(tag.relationship, [
    numericId(value._id),
    numericId(value._src),
    numericId(value._dst),
    value._label,
    propertiesOf(value, value._label, properties),
    elementId(value._id),
    elementId(value._src),
    elementId(value._dst),
  ]);
}

/** One type for two things: a path holds its end nodes, a relationship of variable length only those in between. */
function pathOrRelationships(value: unknown, properties: PropertyConverters): BoltValue {
  const { _nodes: nodes, _rels: relationships } = pathSchema.parse(value);
  if (nodes.length !== relationships.length + 1) {
    return relationships.map((found) => relationship(found, properties));
  }
  const indices: bigint[] = [];
  for (const [at, step] of relationships.entries()) {
    // A negative index says that the path walks the relationship against its direction.
    const from = nodes[at]?._id;
    const forward = from !== undefined && elementId(step._src) === elementId(from);
    indices.push(BigInt(forward ? at + 1 : -(at + 1)), BigInt(at + 1));
  }
  const unbound = relationships.map(
    (found) =>
      new BoltStructure(tag.unboundRelationship, [
        numericId(found._id),
        found._label,
        propertiesOf(found, found._label, properties),
        elementId(found._id),
      ]),
  );
  return new BoltStructure(tag.path, [nodes.map((found) => node(found, properties)), unbound, indices]);
}

/** In Cypher a property that is null is not there. */
function propertiesOf(value: object, label: string, properties: PropertyConverters): Map<string, BoltValue> {
  const converters = properties(label);
  const found = new Map<string, BoltValue>();
  for (const [name, property] of Object.entries(value)) {
    const convert = converters?.get(name);
    if (convert !== undefined && property !== null) found.set(name, convert(property));
  }
  return found;
}

function entries(value: unknown): [string, unknown][] {
  return Object.entries(z.record(z.string(), z.unknown()).parse(value));
}
