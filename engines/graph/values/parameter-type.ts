import type { BoltMap, BoltValue } from '../bolt/bolt-value.ts';
import { BoltFailure } from '../bolt/failure.ts';

/**
 * What a parameter's values have in common. LadybugDB wants one type for every list element and every map entry, where
 * Cypher takes them as they come.
 */
export type ParameterType =
  /** Only null was seen, or no element at all. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'BOOL' | 'INT64' | 'STRING' }
  /** `asText`: whole numbers among the floats, which a JavaScript number cannot tell from integers. */
  | { readonly kind: 'DOUBLE'; readonly asText: boolean }
  | { readonly kind: 'list'; readonly element: ParameterType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, ParameterType> };

/** @throws {BoltFailure} for values that cannot be carried, or lists whose elements have nothing in common */
export function typeOf(value: BoltValue, path: string): ParameterType {
  if (value === null) return { kind: 'unknown' };
  if (typeof value === 'string') return { kind: 'STRING' };
  if (typeof value === 'boolean') return { kind: 'BOOL' };
  if (typeof value === 'number') return { kind: 'DOUBLE', asText: !isPlainDouble(value) };
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return { kind: 'INT64' };
    throw refuse(path, `the integer ${value}, which is beyond 2^53. Send such numbers as text`);
  }
  if (Array.isArray(value)) {
    let element: ParameterType = { kind: 'unknown' };
    for (const item of value) element = unify(element, typeOf(item, path), path);
    return { kind: 'list', element };
  }
  if (value instanceof Map) return structOf(value);
  throw refuse(
    path,
    'bytes, or a temporal or spatial value. Send times as milliseconds since 1970, bytes as text',
  );
}

/** Adds fields that the statement reads although no value has them: they are null there. */
export function withFields(type: ParameterType, names: ReadonlySet<string>, path: string): ParameterType {
  if (names.size === 0) return type;
  const wanted = new Map([...names].map((name) => [name, { kind: 'unknown' } as const]));
  return unify(type, { kind: 'struct', fields: wanted }, path);
}

function structOf(value: BoltMap): ParameterType {
  const fields = new Map<string, ParameterType>();
  for (const [name, item] of value) fields.set(name, typeOf(item, name));
  return { kind: 'struct', fields };
}

function unify(a: ParameterType, b: ParameterType, path: string): ParameterType {
  if (a.kind === 'unknown') return b;
  if (b.kind === 'unknown') return a;
  if (a.kind === 'DOUBLE' && b.kind === 'DOUBLE') return a.asText ? a : b;
  if (a.kind === 'DOUBLE' && b.kind === 'INT64') return { kind: 'DOUBLE', asText: true };
  if (a.kind === 'INT64' && b.kind === 'DOUBLE') return { kind: 'DOUBLE', asText: true };
  if (a.kind === 'list' && b.kind === 'list') {
    return { kind: 'list', element: unify(a.element, b.element, path) };
  }
  if (a.kind === 'struct' && b.kind === 'struct') {
    const fields = new Map(a.fields);
    for (const [name, type] of b.fields) {
      const known = fields.get(name);
      fields.set(name, known === undefined ? type : unify(known, type, name));
    }
    return { kind: 'struct', fields };
  }
  if (a.kind === b.kind) return a;
  throw refuse(path, `values of different types (${a.kind} and ${b.kind}) in one list. Use one type`);
}

/** A double that LadybugDB's binding takes for one: it takes any whole number for an integer. */
function isPlainDouble(value: number): boolean {
  return Number.isFinite(value) && !Number.isInteger(value);
}

function refuse(path: string, what: string): BoltFailure {
  return new BoltFailure('Neo.ClientError.Statement.TypeError', `The parameter "${path}" holds ${what}.`);
}
