import type { Entries } from '../entries.ts';
import type { NodePart } from '../read-model.ts';

/** Puts a node that many streams shape, unless an event further on in the log has done so already. */
export function putLatest<Node extends { readonly id: string; readonly lastPosition: string }>(
  entries: Entries,
  part: NodePart<Node>,
  node: Node,
): void {
  const before = entries.get(part, [node.id]);
  if (!before || BigInt(before.lastPosition) <= BigInt(node.lastPosition)) entries.put(part, node);
}

/** The first of each key. */
export function uniqueBy<Value>(values: readonly Value[], keyOf: (value: Value) => string): Value[] {
  const byKey = new Map<string, Value>();
  for (const value of values) if (!byKey.has(keyOf(value))) byKey.set(keyOf(value), value);
  return [...byKey.values()];
}
