import type { TypeCounts } from '../read-model-store.ts';

/** What became of the events of a log. */
export type Reckoning = {
  readonly inLog: TypeCounts;
  readonly applied: TypeCounts;
  readonly skipped: TypeCounts;
  readonly parked: TypeCounts;
};

/** Events were lost, or folded twice. */
export class ReconciliationError extends Error {
  override name = 'ReconciliationError';
}

/**
 * Each event of the log was applied, skipped by somebody's decision, or parked: nothing else may be.
 *
 * @throws {ReconciliationError} that names the types and the numbers
 */
export function reconcile(projection: string, { inLog, applied, skipped, parked }: Reckoning): void {
  const types = new Set([inLog, applied, skipped, parked].flatMap((counts) => Object.keys(counts)));
  const wrong = [...types].sort().flatMap((type) => {
    const [there, done, passed, aside] = [inLog, applied, skipped, parked].map((counts) => counts[type] ?? 0);
    if (there === undefined || done === undefined || passed === undefined || aside === undefined) return [];
    const off = done + passed + aside - there;
    if (off === 0) return [];
    const verdict = off < 0 ? `${-off} missing` : `${off} too many`;
    return [`${type}: ${there} in the log, ${done} applied, ${passed} skipped, ${aside} parked (${verdict})`];
  });
  if (wrong.length > 0)
    throw new ReconciliationError(`${projection} does not hold what the log holds. ${wrong.join('; ')}.`);
}
