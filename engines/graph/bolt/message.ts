import { type BoltMap, BoltStructure, type BoltValue, boltMap } from './bolt-value.ts';
import type { BoltFailure } from './failure.ts';

/** Signatures of the messages of Bolt 5. */
export const message = {
  hello: 0x01,
  goodbye: 0x02,
  reset: 0x0f,
  run: 0x10,
  begin: 0x11,
  commit: 0x12,
  rollback: 0x13,
  discard: 0x2f,
  pull: 0x3f,
  telemetry: 0x54,
  route: 0x66,
  logon: 0x6a,
  logoff: 0x6b,
} as const;

export const success = (metadata: Record<string, BoltValue | undefined> = {}) =>
  new BoltStructure(0x70, [boltMap(metadata)]);
export const record = (values: BoltValue[]) => new BoltStructure(0x71, [values]);
export const ignored = () => new BoltStructure(0x7e, [new Map()]);
export const failure = ({ code, message }: BoltFailure) =>
  new BoltStructure(0x7f, [boltMap({ code, message })]);

/** A field of a message that should be a map; anything else counts as an empty one. */
export function mapField(request: BoltStructure, at: number): BoltMap {
  const field = request.fields[at];
  return field instanceof Map ? field : new Map();
}
