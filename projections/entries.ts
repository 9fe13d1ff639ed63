/**
 * What a read model holds, whatever its store: entries under keys, in parts. A part is a table, a label, a relationship
 * type or a key space; an entry is a row, a node, an edge or a value. Projections fold events over entries and know
 * nothing of SQL, Cypher or commands; the same fold therefore serves live batches, bulk rebuilds, and the question which
 * events shaped an entry.
 */

/** The values of a key, in the order of its columns. */
export type EntryKey = readonly (string | bigint)[];

/** A place for entries of one kind. Stores have parts of their own kind: see `read-model.ts`. */
export type Part<Entry extends object = object> = {
  /** Unique within the projection: the name of the table, label, relationship or key space. */
  readonly name: string;
  keyOf(entry: Entry): EntryKey;
  /**
   * Whom an entry belongs to, in a part whose entries are replaced as a set (the passages of a document). Such entries
   * carry the `lastPosition` of the event that put them, and never depend on earlier entries.
   */
  ownerOf?(entry: Entry): string;
};

/** A key as one string: parts of a key never hold a NUL. */
export const keyText = (key: EntryKey): string => key.join('\0');

/**
 * Position of the last event that shaped an entry which events of several streams shape. An event that was parked is
 * folded in after later ones of other streams, so the newest to come is not always the newest in the log.
 */
export const laterOf = (before: bigint | undefined, position: bigint): bigint =>
  before !== undefined && before > position ? before : position;

/** An entry that a fold must be able to see. */
export type Need = { readonly part: Part; readonly key: EntryKey };

/** What a fold reads and changes. Its own changes are seen at once. */
export type Entries = {
  /** @throws {Error} for a key the projection did not say it needs: a fault of its code */
  get<Entry extends object>(part: Part<Entry>, key: EntryKey): Entry | undefined;
  /** Takes the place of the entry with the same key, if there is one. Not for parts whose entries have owners. */
  put<Entry extends object>(part: Part<Entry>, entry: Entry): void;
  delete(part: Part, key: EntryKey): void;
  /** Takes away every entry of an owner and puts these instead. */
  replace<Entry extends object>(part: Part<Entry>, owner: string, entries: readonly Entry[]): void;
};

/** What a batch changes in one part. A store applies it in this order: `replaced`, `deletes`, `puts`. */
export type PartChanges = {
  readonly part: Part;
  /** Owners whose entries go that were put by events before this position. */
  readonly replaced: ReadonlyMap<string, bigint>;
  readonly deletes: ReadonlyMap<string, EntryKey>;
  /** The final state of each entry that was put, by the text of its key. */
  readonly puts: ReadonlyMap<string, object>;
};

/** What a batch changes, in the order of the projection's parts. */
export type Changes = readonly PartChanges[];

/** Hears what a fold touches: how lineage is found. */
export type Touch = {
  entry(part: Part, key: EntryKey): void;
  owner(part: Part, owner: string): void;
};

/** Entries as they were before a batch: `undefined` for one that is not there, and absent from it if not looked up. */
export type LoadedEntries = {
  has(part: Part, key: EntryKey): boolean;
  get(part: Part, key: EntryKey): object | undefined;
};

export type EntryBatch = Entries & {
  /** Position of the event that is being folded; set before each. */
  at(position: bigint): void;
  changes(): Changes;
  /** Takes back what was changed since the last call of `keep`, for an event whose fold threw. */
  undo(): void;
  keep(): void;
};

type PartState = {
  readonly part: Part;
  readonly replaced: Map<string, bigint>;
  readonly deletes: Map<string, EntryKey>;
  readonly puts: Map<string, object>;
  /** Text of the keys that were put for each owner in `replaced`. */
  readonly owned: Map<string, readonly string[]>;
};

/**
 * Collects what the events of a batch change, over the entries as they were before it.
 *
 * @param parts those of the projection, in the order in which a store may write them
 */
export function createEntryBatch(parts: readonly Part[], loaded: LoadedEntries, touch?: Touch): EntryBatch {
  const states = new Map<string, PartState>(
    parts.map((part) => [
      part.name,
      { part, replaced: new Map(), deletes: new Map(), puts: new Map(), owned: new Map() },
    ]),
  );
  /** How to take back what the current event did, newest last. */
  let undoing: (() => void)[] = [];
  let position = -1n;

  function stateOf(part: Part): PartState {
    const state = states.get(part.name);
    if (!state) throw new Error(`"${part.name}" is no part of this projection.`);
    return state;
  }

  /** Sets or removes an entry of a map, remembering how it was. */
  function change<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
    const had = map.has(key);
    const before = map.get(key);
    undoing.push(() => (had ? map.set(key, before as Value) : map.delete(key)));
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }

  return {
    at(next) {
      position = next;
    },
    get(part, key) {
      const { puts, deletes, replaced } = stateOf(part);
      const text = keyText(key);
      const put = puts.get(text);
      if (put !== undefined) return put as never;
      if (deletes.has(text)) return undefined;
      if (!loaded.has(part, key))
        throw new Error(`${part.name} ${text} is needed, but the fold did not say so.`);
      const entry = loaded.get(part, key);
      if (entry && part.ownerOf && replaced.has(part.ownerOf(entry as never))) return undefined;
      return entry as never;
    },
    put(part, entry) {
      const { puts, deletes } = stateOf(part);
      if (part.ownerOf) throw new Error(`The entries of ${part.name} are replaced as a set.`);
      const key = part.keyOf(entry);
      const text = keyText(key);
      change(puts, text, entry as object);
      if (deletes.has(text)) change(deletes, text, undefined);
      touch?.entry(part, key);
    },
    delete(part, key) {
      const { puts, deletes } = stateOf(part);
      const text = keyText(key);
      if (puts.has(text)) change(puts, text, undefined);
      change(deletes, text, key);
      touch?.entry(part, key);
    },
    replace(part, owner, entries) {
      const { puts, replaced, owned } = stateOf(part);
      if (!part.ownerOf) throw new Error(`The entries of ${part.name} have no owner.`);
      for (const text of owned.get(owner) ?? []) change(puts, text, undefined);
      change(replaced, owner, position);
      touch?.owner(part, owner);
      const texts: string[] = [];
      for (const entry of entries) {
        const key = part.keyOf(entry);
        const text = keyText(key);
        change(puts, text, entry as object);
        texts.push(text);
        touch?.entry(part, key);
      }
      change(owned, owner, texts);
    },
    changes: () => [...states.values()],
    undo() {
      for (const back of undoing.toReversed()) back();
      undoing = [];
    },
    keep() {
      undoing = [];
    },
  };
}
