import neo4j from 'neo4j-driver';
import { z } from 'zod';
import type { PropertyType } from '#platform/graph-schema';

export type Properties = Readonly<Record<string, PropertyType>>;
export type Row = Readonly<Record<string, unknown>>;

/**
 * An entry's properties as the driver sends them, each of the schema's in every row: a missing one would keep its old
 * value, and the embedded engine wants rows that are alike.
 *
 * @throws {TypeError} for a property that the schema does not know, or of another type: it would be lost silently
 */
export function toRow(where: string, properties: Properties, entry: object): Row {
  const values = entry as Row;
  for (const name of Object.keys(values))
    if (!(name in properties)) throw new TypeError(`The schema of ${where} has no property "${name}".`);
  const row: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(properties)) {
    row[name] = toBolt(type, values[name], () => `${where}.${name}`);
  }
  return row;
}

/** A node's or relationship's properties as they were put, without those that have no value. */
export function fromEntity(entity: unknown): Record<string, unknown> {
  const { properties } = entitySchema.parse(entity);
  const entry: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (value !== null && value !== undefined) entry[name] = fromBolt(value);
  }
  return entry;
}

const entitySchema = z.looseObject({ properties: z.record(z.string(), z.unknown()) });

function toBolt(type: PropertyType, value: unknown, where: () => string): unknown {
  if (value === undefined || value === null) return null;
  const wrong = () => new TypeError(`${where()} is not of the type ${type}.`);
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) throw wrong();
    return value.map((each) => toBolt(type.slice(0, -2) as PropertyType, each, where));
  }
  switch (type) {
    case 'integer':
      if (typeof value === 'bigint') return neo4j.int(value);
      if (Number.isSafeInteger(value)) return neo4j.int(value as number);
      throw wrong();
    case 'float':
      if (typeof value === 'number') return value;
      throw wrong();
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw wrong();
    default:
      if (typeof value === 'string') return value;
      if (typeof value === 'bigint') return String(value);
      throw wrong();
  }
}

/** Whole numbers are JavaScript's, however the driver is set up, as long as they fit. */
function fromBolt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromBolt);
  if (neo4j.isInt(value)) return fromBolt(value.toBigInt());
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  return value;
}
