/**
 * What travels over Bolt (PackStream 1). Integers are bigint and floats are number, so that `1` and `1.0` stay apart;
 * maps are Map, so that no key can collide with something an object inherits.
 */
export type BoltValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | BoltValue[]
  | BoltMap
  | BoltStructure;

export type BoltMap = Map<string, BoltValue>;

/** A tagged tuple: a node, a relationship, a path, a point in time, or a whole message. */
export class BoltStructure {
  readonly tag: number;
  readonly fields: BoltValue[];
  constructor(tag: number, fields: BoltValue[]) {
    this.tag = tag;
    this.fields = fields;
  }
}

/** Bytes that are no PackStream, or a message that is no Bolt: the connection cannot go on. */
export class BoltProtocolError extends Error {
  override name = 'BoltProtocolError';
}

/** A map from a plain object; what is undefined stays out. */
export function boltMap(entries: Record<string, BoltValue | undefined>): BoltMap {
  const map: BoltMap = new Map();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) map.set(key, value);
  return map;
}
