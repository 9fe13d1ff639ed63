import type { TypeHints } from '../values/bind-parameter.ts';

/** Tried in this order where the engine does not say what it expects. */
const candidates = ['STRING', 'INT64', 'DOUBLE', 'BOOL', 'STRING[]', 'INT64[]', 'DOUBLE[]'];

/** How LadybugDB says that a field of a parameter should have had another type. */
const mismatch = /STRUCT_EXTRACT\(.*,(\w+)\) has data type \S+ but expected (\S+?)\. /;

/**
 * Finds types for values of which only null is known (`row.year` where no row has a year), by having the statement
 * planned without running it, until the engine accepts it.
 *
 * @param plan plans the statement with such hints; throws what the engine says against it
 * @returns the first hints that pass
 * @throws the engine's last word if none do
 */
export async function findTypeHints(plan: (hints: TypeHints) => Promise<void>): Promise<TypeHints> {
  const known = new Map<string, string>();
  let lastError: unknown;
  for (const candidate of candidates) {
    for (;;) {
      const snapshot = new Map(known);
      const hints: TypeHints = (path) => snapshot.get(path) ?? candidate;
      try {
        await plan(hints);
        return hints;
      } catch (error) {
        lastError = error;
        const [, field, expected] = mismatch.exec(error instanceof Error ? error.message : '') ?? [];
        if (field === undefined || expected === undefined || known.get(field) === expected) break;
        known.set(field, expected);
      }
    }
  }
  throw lastError;
}
