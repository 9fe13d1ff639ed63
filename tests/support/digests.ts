import { createHash } from 'node:crypto';
import { allReadModels, storeOf } from '#cli/read-models';
import type { Clients } from '#engines/connect';
import { type EntryKey, keyText, type Part } from '#projections/entries';
import type { ReadModelStore } from '#projections/runner/read-model-store';

export type Digest = { readonly entries: number; readonly sha256: string };

/** What all live read models hold, by `<projection> <part>`: equal content has equal digests on any engine. */
export type Digests = Readonly<Record<string, Digest>>;

const pageSize = 1000;

/** The one place where tests look into how read models are kept. */
export async function digestsOf(clients: Clients): Promise<Digests> {
  const digests: Record<string, Digest> = {};
  for (const model of allReadModels(clients.blobs)) {
    const store = storeOf(clients, model);
    const live = (await store.generations()).find(({ state }) => state === 'live');
    if (!live) throw new Error(`${model.name} has no live generation.`);
    for (const part of model.parts)
      digests[`${model.name} ${part.name}`] = await digestOf(store, live.generation, part);
  }
  return digests;
}

/** Sorted here: engines need not agree on what comes first. */
async function digestOf(store: ReadModelStore, generation: number, part: Part): Promise<Digest> {
  const entries: string[] = [];
  for (let after: EntryKey | undefined; ; ) {
    const page = await store.page(generation, part, after, pageSize);
    for (const { key, hash } of page) entries.push(`${keyText(key)}\0${hash}`);
    if (page.length < pageSize) break;
    after = page.at(-1)?.key;
  }
  const sha256 = createHash('sha256').update(entries.sort().join('\n')).digest('hex');
  return { entries: entries.length, sha256 };
}
