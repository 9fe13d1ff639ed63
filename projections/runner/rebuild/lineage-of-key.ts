import type { RecordedEvent } from '#domain/event';
import type { EntryKey } from '../../entries.ts';
import type { ReadModel } from '../../read-model.ts';
import { eventsThatShapedEach, type LineageLog } from './lineage.ts';

/** An entry with the events that shaped it, in log order. */
export type Lineage = { readonly part: string; readonly events: readonly RecordedEvent[] };

/**
 * The events that shaped the entry of a key, in whichever part it is. Parts whose keys name the streams are looked
 * through first, for that takes a moment; the others, which need a look through the whole log, only if none of them
 * has it. Each in the order of the parts.
 *
 * @param part where it is known
 * @returns undefined for an entry that never was
 * @throws {Error} for a part that is none of the read model's
 */
export async function lineageOfKey(
  model: ReadModel,
  { part, key }: { readonly part?: string | undefined; readonly key: EntryKey },
  log: LineageLog,
): Promise<Lineage | undefined> {
  const names = part === undefined ? model.parts.map(({ name }) => name) : [part];
  const isQuick = (name: string) => model.streamsOf?.(name, key) !== undefined;
  for (const among of [names.filter(isQuick), names.filter((name) => !isQuick(name))]) {
    if (among.length === 0) continue;
    const wanted = among.map((name) => ({ part: name, key }));
    const found = await eventsThatShapedEach(model, wanted, log);
    const first = found.findIndex(({ length }) => length > 0);
    if (first >= 0) return { part: among[first] ?? '', events: found[first] ?? [] };
  }
  return undefined;
}
