import neo4j, { type ManagedTransaction } from 'neo4j-driver';
import { type EntryKey, keyText, type LoadedEntries, type Need, type PartChanges } from '../../entries.ts';
import { contentHash } from '../canonical.ts';
import type { StoredEntry } from '../read-model-store.ts';
import { idPrefix } from './control-schema.ts';
import { fromEntity, type Row, toRow } from './properties.ts';
import type { PartStatements } from './statements.ts';

/** Entries in one statement: small enough that readers and other writers get a turn, large enough to be quick. */
const liveSlice = 500;
const bulkSlice = 5_000;

/** Keys are the part's own; ids in the graph have the generation before them. */
const ownId = (generation: number, id: unknown) => String(id).slice(idPrefix(generation).length);

function keyRow(generation: number, [id, to]: EntryKey): Row {
  const prefix = idPrefix(generation);
  return to === undefined ? { id: `${prefix}${id}` } : { from: `${prefix}${id}`, to: `${prefix}${to}` };
}

function entryRow(generation: number, name: string, { properties }: PartStatements, entry: object): Row {
  const prefix = idPrefix(generation);
  if (!('from' in entry && 'to' in entry)) {
    const row = toRow(name, properties, entry);
    return { ...row, id: prefix + row.id };
  }
  const { from, to, ...own } = entry;
  return { ...toRow(name, properties, own), from: `${prefix}${from}`, to: `${prefix}${to}` };
}

/** A row of `load` or `page` as a key and an entry. */
function entryOf(generation: number, row: Row): { readonly key: EntryKey; readonly entry: object } {
  const entry = fromEntity(row.entity);
  const id = ownId(generation, row.key);
  if (row.to === undefined) return { key: [id], entry: { ...entry, id } };
  const to = ownId(generation, row.to);
  return { key: [id, to], entry: { ...entry, from: id, to } };
}

/**
 * Applies what a batch changes in one part.
 *
 * @throws {Error} for an edge whose ends are not both there: it would be lost silently
 */
export async function applyPart(
  transaction: ManagedTransaction,
  generation: number,
  { part, replaced, deletes, puts }: PartChanges,
  statements: PartStatements,
  bulk: boolean,
): Promise<void> {
  const prefix = idPrefix(generation);
  const size = bulk ? bulkSlice : liveSlice;
  if (statements.replace) {
    for (const rows of slices([...replaced.keys()], size, (owner) => ({ from: prefix + owner })))
      await transaction.run(statements.replace, { rows });
  }
  for (const rows of slices([...deletes.values()], size, (key) => keyRow(generation, key)))
    await transaction.run(statements.delete, { rows });
  const toEntryRow = (entry: object) => entryRow(generation, part.name, statements, entry);
  for (const rows of slices([...puts.values()], size, toEntryRow)) {
    const { records } = await transaction.run(statements.put, { rows });
    const [counted] = records;
    if (counted && Number(counted.get('written')) !== rows.length)
      throw new Error(`An edge ${part.name} is to join nodes that are not both there.`);
  }
}

/** The rows of one slice are made when it is its turn. */
function* slices<Value>(values: readonly Value[], size: number, toRow: (value: Value) => Row) {
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size).map(toRow);
}

export async function loadEntries(
  transaction: ManagedTransaction,
  generation: number,
  needs: readonly Need[],
  statements: ReadonlyMap<string, PartStatements>,
): Promise<LoadedEntries> {
  const loaded = new Map<string, Map<string, object | undefined>>();
  for (const [name, wanted] of Map.groupBy(needs, ({ part }) => part.name)) {
    const entries = new Map<string, object | undefined>(wanted.map(({ key }) => [keyText(key), undefined]));
    // One row for each key, however often it is needed.
    const keys = [...new Map(wanted.map(({ key }) => [keyText(key), key])).values()];
    for (const rows of slices(keys, bulkSlice, (key) => keyRow(generation, key))) {
      const { records } = await transaction.run(partOf(statements, name).load, { rows });
      for (const record of records) {
        const { key, entry } = entryOf(generation, record.toObject());
        entries.set(keyText(key), entry);
      }
    }
    loaded.set(name, entries);
  }
  return {
    has: (part, key) => loaded.get(part.name)?.has(keyText(key)) ?? false,
    get: (part, key) => loaded.get(part.name)?.get(keyText(key)),
  };
}

/** The ids of a generation lie between these: the semicolon follows the colon. */
export const idRange = (generation: number) => ({ start: idPrefix(generation), end: `g${generation};` });

export async function pageOf(
  transaction: ManagedTransaction,
  generation: number,
  statements: PartStatements,
  after: EntryKey | undefined,
  limit: number,
): Promise<readonly StoredEntry[]> {
  const { start, end } = idRange(generation);
  const [id = '', to = ''] = after ?? [];
  const { records } = await transaction.run(statements.page, {
    after: start + id,
    afterTo: to === '' ? '' : start + to,
    end,
    limit: neo4j.int(limit),
  });
  return records.map((record) => {
    const { key, entry } = entryOf(generation, record.toObject());
    return { key, hash: contentHash(entry) };
  });
}

/** @throws {Error} for a part that is none of the read model's */
export function partOf(statements: ReadonlyMap<string, PartStatements>, name: string): PartStatements {
  const found = statements.get(name);
  if (!found) throw new Error(`"${name}" is no part of this projection.`);
  return found;
}
