import type { LbugValue } from '@ladybugdb/core';
import type { BoltValue } from '../bolt/bolt-value.ts';
import { BoltFailure } from '../bolt/failure.ts';
import type { ColumnType } from './column-type.ts';
import type { ParameterType } from './parameter-type.ts';

/** A parameter as LadybugDB takes it: the value, and what the statement says in its place. */
export type BoundParameter = { readonly expression: string; readonly value: LbugValue };

/** Stands in where only null, or no element at all, was seen: any type will do for a value that is not there. */
const anyType = 'STRING';

/**
 * Binds a value so that it has exactly the given type there. Three ways, the cheapest that works:
 * as it is; through CAST, where floats come as text; or behind an example of its type that the statement slices off
 * again, where there is nothing in the value to tell the type from.
 */
export function bindParameter(name: string, value: BoltValue, type: ParameterType): BoundParameter {
  const parameter = `$${name}`;
  const encoded = encode(value, type);
  const resolved = resolve(type);
  const cast = (expression: string, target: string) =>
    hasTextFloats(type) ? `CAST(${expression} AS ${target})` : expression;
  if (type.kind === 'unknown' || !hasUnknown(type)) {
    return { expression: cast(parameter, typeName(resolved)), value: encoded };
  }
  if (resolved.kind === 'list' && Array.isArray(encoded)) {
    const slice = `list_slice(${parameter}, 2, ${encoded.length + 1})`;
    const list = [example(type.kind === 'list' ? type.element : type), ...encoded];
    return { expression: cast(slice, typeName(resolved)), value: list };
  }
  return {
    expression: `list_extract(${cast(parameter, `${typeName(resolved)}[]`)}, 2)`,
    value: [example(type), encoded],
  };
}

/** Whether some part of the type is only a guess. */
function hasUnknown(type: ParameterType): boolean {
  if (type.kind === 'list') return hasUnknown(type.element);
  if (type.kind === 'struct') return [...type.fields.values()].some(hasUnknown);
  return type.kind === 'unknown';
}

function hasTextFloats(type: ParameterType): boolean {
  if (type.kind === 'list') return hasTextFloats(type.element);
  if (type.kind === 'struct') return [...type.fields.values()].some(hasTextFloats);
  return type.kind === 'DOUBLE' && type.asText;
}

function encode(value: BoltValue | undefined, type: ParameterType): LbugValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return type.kind === 'DOUBLE' ? String(value) : Number(value);
  if (typeof value === 'number') return type.kind === 'DOUBLE' && type.asText ? String(value) : value;
  if (Array.isArray(value) && type.kind === 'list') return value.map((item) => encode(item, type.element));
  if (value instanceof Map && type.kind === 'struct') {
    const entries = [...type.fields].map(([name, field]) => [name, encode(value.get(name), field)] as const);
    if (entries.length > 0) return Object.fromEntries(entries);
    throw new BoltFailure(
      'Neo.ClientError.Statement.TypeError',
      'A parameter holds an empty map (the driver also turns a JavaScript Date into one: send milliseconds since 1970).',
    );
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  throw new BoltFailure('Neo.ClientError.Statement.TypeError', 'A parameter cannot be carried here.');
}

function resolve(type: ParameterType): ColumnType {
  switch (type.kind) {
    case 'unknown':
      return { kind: 'scalar', name: anyType };
    case 'list':
      return { kind: 'list', element: resolve(type.element) };
    case 'struct':
      return {
        kind: 'struct',
        fields: new Map([...type.fields].map(([name, field]) => [name, resolve(field)])),
      };
    default:
      return { kind: 'scalar', name: type.kind };
  }
}

function example(type: ParameterType): LbugValue {
  if (type.kind === 'list') return [example(type.element)];
  if (type.kind === 'struct') {
    return Object.fromEntries([...type.fields].map(([name, field]) => [name, example(field)]));
  }
  if (type.kind === 'DOUBLE' && type.asText) return '0';
  return exampleOf(resolve(type));
}

function exampleOf(type: ColumnType): LbugValue {
  if (type.kind === 'list') return [exampleOf(type.element)];
  if (type.kind === 'struct') {
    return Object.fromEntries([...type.fields].map(([name, field]) => [name, exampleOf(field)]));
  }
  if (type.kind === 'map') return null;
  if (type.name === 'BOOL') return true;
  if (type.name === 'DOUBLE' || type.name === 'FLOAT') return 0.5;
  return type.name === 'STRING' ? '' : 0;
}

function typeName(type: ColumnType): string {
  if (type.kind === 'list') return `${typeName(type.element)}[]`;
  if (type.kind === 'map') return `MAP(STRING, ${typeName(type.value)})`;
  if (type.kind === 'scalar') return type.name;
  return `STRUCT(${[...type.fields].map(([name, field]) => `${plainName(name)} ${typeName(field)}`).join(', ')})`;
}

/** The name becomes part of the statement, and LadybugDB has no quotes for it there. */
function plainName(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new BoltFailure(
    'Neo.ClientError.Statement.TypeError',
    `The map key "${name.slice(0, 40)}" cannot be used in a parameter here. Use letters, digits and underscores.`,
  );
}
