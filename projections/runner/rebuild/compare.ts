import type { EntryKey, Part } from '../../entries.ts';
import type { ReadModel } from '../../read-model.ts';
import type { ReadModelStore } from '../read-model-store.ts';
import { createContentHash } from './content-digest.ts';
import { compareKeys, openCursor } from './entry-cursor.ts';
import { positionsOf } from './generation-position.ts';
import { type Difference, recheck } from './recheck.ts';

export type Compared = { readonly generation: number; readonly partitions: number };

export type CompareOptions = {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly before: Compared;
  readonly after: Compared;
  /** Holds both at the same position while some short work is done, and tells it the position. */
  freeze<Result>(work: (position: bigint) => Promise<Result>): Promise<Result>;
  readonly signal: AbortSignal;
};

export type Comparison = {
  /** Where both were when the last differences were looked at. */
  readonly position: bigint;
  /** Entries that at least one of them holds. */
  readonly entriesCompared: number;
  readonly equal: boolean;
  /** Of `before` and `after`; undefined for one that moved while it was read. */
  readonly digests: { readonly before: string | undefined; readonly after: string | undefined };
  readonly differing: number;
  /** The first of them, in the order of parts and keys. */
  readonly differences: readonly Difference[];
};

export type Candidate = { readonly part: Part; readonly key: EntryKey };

/** Entries that seem to differ and are looked at again while both stand still; more are only counted. */
const mostCandidates = 5000;
/** Where both move so fast that more than that differ, all is read again, so often. */
const mostPasses = 3;

/**
 * Compares two generations entry by entry. Both may go on meanwhile: what seems to differ, perhaps because one of them
 * was read a moment later, is looked at again when both stand at the same position.
 *
 * @throws the signal's reason
 */
export async function compareGenerations(options: CompareOptions): Promise<Comparison> {
  for (let pass = 1; ; pass++) {
    const { candidates, beyond, ...seen } = await readBoth(options);
    const { position, differing, differences } = await options.freeze(async (held) => ({
      position: held,
      ...(await recheck(options, candidates)),
    }));
    if (beyond > 0 && differing === 0 && pass < mostPasses) continue;
    const all = differing + beyond;
    return { ...seen, position, differing: all, equal: all === 0, differences };
  }
}

/** A merge join over the pages of both. */
async function readBoth({ model, store, before, after, signal }: CompareOptions) {
  const places = () => Promise.all([before, after].map((each) => positionsOf(store, each)));
  const begun = await places();
  const contents = { before: createContentHash(), after: createContentHash() };
  const candidates: Candidate[] = [];
  let beyond = 0;
  let entriesCompared = 0;
  const parts: readonly Part[] = model.parts;

  for (const part of parts) {
    contents.before.begin(part);
    contents.after.begin(part);
    const one = openCursor(store, before.generation, part, signal);
    const other = openCursor(store, after.generation, part, signal);
    for (;;) {
      if (one.isSpent() || other.isSpent()) await Promise.all([one.ready(), other.ready()]);
      const [a, b] = [one.entry(), other.entry()];
      const found = a ?? b;
      if (!found) break;
      const order = a && b ? compareKeys(a.key, b.key) : a ? -1 : 1;
      if (a && order <= 0) {
        contents.before.add(part, a);
        one.advance();
      }
      if (b && order >= 0) {
        contents.after.add(part, b);
        other.advance();
      }
      entriesCompared++;
      if (order === 0 && a?.hash === b?.hash) continue;
      if (candidates.length < mostCandidates)
        candidates.push({ part, key: (order <= 0 ? a : b)?.key ?? found.key });
      else beyond++;
    }
  }
  const ended = await places();
  const rested = (index: number) => String(begun[index]) === String(ended[index]);
  const digests = {
    before: rested(0) ? contents.before.digest().digest : undefined,
    after: rested(1) ? contents.after.digest().digest : undefined,
  };
  return { candidates, beyond, entriesCompared, digests };
}
