import type { PostgresChange } from '../projection.ts';

/** Rows in parts of at most `size`, in order. */
export function partsOf<Row>(rows: readonly Row[], size: number): (readonly Row[])[] {
  const parts: (readonly Row[])[] = [];
  for (let start = 0; start < rows.length; start += size) parts.push(rows.slice(start, start + size));
  return parts;
}

/** Several changes as one, for what belongs into one transaction. */
export const inOneTransaction =
  (changes: readonly PostgresChange[]): PostgresChange =>
  async (transaction, schema) => {
    for (const change of changes) await change(transaction, schema);
  };
