import type { TypeCounts } from './read-model-store.ts';

/** All of some counts together, type by type. */
export function sumOfCounts(all: readonly TypeCounts[]): TypeCounts {
  const sums: Record<string, number> = {};
  for (const [type, count] of all.flatMap((counts) => Object.entries(counts)))
    sums[type] = (sums[type] ?? 0) + count;
  return sums;
}
