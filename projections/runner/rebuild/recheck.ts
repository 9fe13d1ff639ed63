import type { EntryKey, Part } from '../../entries.ts';
import { canonical } from '../canonical.ts';
import type { Candidate, CompareOptions } from './compare.ts';

export type Difference = {
  readonly part: Part;
  readonly key: EntryKey;
  readonly kind: 'only-in-new' | 'only-in-old' | 'different';
  /** The entry's content in each, shortened; absent where it is not there. */
  readonly before?: string;
  readonly after?: string;
};

/** Differences that are told in full. */
const mostDifferences = 20;
const mostCharacters = 1000;
const lookedUpAtOnce = 1000;

/** Looks candidates up in both generations, which stand still. */
export async function recheck(
  { store, before, after }: Pick<CompareOptions, 'store' | 'before' | 'after'>,
  candidates: readonly Candidate[],
): Promise<{ readonly differing: number; readonly differences: readonly Difference[] }> {
  const differences: Difference[] = [];
  let differing = 0;
  for (let start = 0; start < candidates.length; start += lookedUpAtOnce) {
    const needs = candidates.slice(start, start + lookedUpAtOnce);
    const [old, fresh] = await Promise.all([
      store.load(before.generation, needs),
      store.load(after.generation, needs),
    ]);
    for (const { part, key } of needs) {
      const [a, b] = [textOf(old.get(part, key)), textOf(fresh.get(part, key))];
      if (a === b) continue;
      differing++;
      if (differences.length < mostDifferences) differences.push({ part, key, ...told(a, b) });
    }
  }
  return { differing, differences };
}

const textOf = (entry: object | undefined) => entry && canonical(entry);

function told(before: string | undefined, after: string | undefined) {
  const kind = before === undefined ? 'only-in-new' : after === undefined ? 'only-in-old' : 'different';
  return {
    kind,
    ...(before !== undefined && { before: shortened(before) }),
    ...(after !== undefined && { after: shortened(after) }),
  } as const;
}

const shortened = (text: string) =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
