import {
  type Changes,
  type EntryKey,
  keyText,
  type LoadedEntries,
  type Need,
  type Part,
} from '../entries.ts';

/** Entries of one generation in memory, by the rules that a store keeps to. */
export type InMemoryEntries = {
  load(needs: readonly Need[]): Promise<LoadedEntries>;
  apply(changes: Changes): void;
  get<Entry extends object>(part: Part<Entry>, key: EntryKey): Entry | undefined;
  /** The entries of a part in the order of their keys' text. */
  entries<Entry extends object>(part: Part<Entry>): readonly Entry[];
};

type Held = {
  readonly entries: Map<string, object>;
  /** Text of the keys of each owner. */
  readonly owned: Map<string, Set<string>>;
};

/** A read model's entries in memory: for a fold whose result is compared and then let go, and for tests. */
export function createInMemoryEntries(parts: readonly Part[]): InMemoryEntries {
  const held = new Map<string, Held>(
    parts.map(({ name }) => [name, { entries: new Map(), owned: new Map() }]),
  );

  function heldOf(part: Part): Held {
    const found = held.get(part.name);
    if (!found) throw new Error(`"${part.name}" is no part of this projection.`);
    return found;
  }

  function remove(part: Part, text: string): void {
    const { entries, owned } = heldOf(part);
    const entry = entries.get(text);
    if (entry && part.ownerOf) owned.get(part.ownerOf(entry))?.delete(text);
    entries.delete(text);
  }

  function put(part: Part, text: string, entry: object): void {
    remove(part, text);
    const { entries, owned } = heldOf(part);
    entries.set(text, entry);
    if (!part.ownerOf) return;
    const owner = part.ownerOf(entry);
    owned.set(owner, (owned.get(owner) ?? new Set()).add(text));
  }

  function removeOlder(part: Part, owner: string, position: bigint): void {
    const { entries, owned } = heldOf(part);
    for (const text of owned.get(owner) ?? [])
      if (lastPositionOf(entries.get(text)) < position) remove(part, text);
    if (owned.get(owner)?.size === 0) owned.delete(owner);
  }

  return {
    async load(needs) {
      const loaded = new Map<string, object | undefined>(
        needs.map(({ part, key }) => [placeOf(part, key), heldOf(part).entries.get(keyText(key))]),
      );
      return {
        has: (part, key) => loaded.has(placeOf(part, key)),
        get: (part, key) => loaded.get(placeOf(part, key)),
      };
    },
    apply(changes) {
      for (const { part, replaced, deletes, puts } of changes) {
        for (const [owner, position] of replaced) removeOlder(part, owner, position);
        for (const text of deletes.keys()) remove(part, text);
        for (const [text, entry] of puts) put(part, text, entry);
      }
    },
    get: (part, key) => heldOf(part).entries.get(keyText(key)) as never,
    entries: (part) =>
      [...heldOf(part).entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry as never),
  };
}

const placeOf = (part: Part, key: EntryKey) => `${part.name}\0${keyText(key)}`;

/** Of an entry that has an owner: it says the event that put it, as a bigint or, in a graph, as text. */
function lastPositionOf(entry: object | undefined): bigint {
  const { lastPosition } = entry as { readonly lastPosition: bigint | string };
  return BigInt(lastPosition);
}
