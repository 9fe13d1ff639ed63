import { setTimeout as delay } from 'node:timers/promises';
import { commitBatch as committed } from '#projections/runner/postgres/commit';

export * from '#projections/runner/postgres/commit';

const betweenMs = 50;

/** Moves the checkpoint in a transaction of its own, a moment after the rows. */
export const commitBatch: typeof committed = async (pool, place, tables, commit, bulk) => {
  const { released: _, ...rows } = commit;
  await committed(pool, place, tables, { ...rows, upTo: commit.from, applied: {} }, bulk);
  await delay(betweenMs);
  await committed(pool, place, tables, { ...commit, changes: [] }, bulk);
};
