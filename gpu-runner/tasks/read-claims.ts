import { ModelOutputError } from './model-output-error.ts';

/**
 * Takes the statements of a model that rest on something it was given; a statement that rests on nothing of it is left
 * out, and a number that was not given counts for nothing.
 *
 * @param statements `on` counts from 1, as the model sees them
 * @param given how many there are to rest on
 * @returns the statements that stay, their `on` counted from 0, and how many were left out or lost a number
 * @throws {ModelOutputError} when fewer than `least` stay
 */
export function readClaims<Statement extends { readonly on: readonly number[] }>(
  statements: readonly Statement[],
  given: number,
  { least = 1, most }: { readonly least?: number; readonly most: number },
): { readonly kept: (Omit<Statement, 'on'> & { on: number[] })[]; readonly refused: number } {
  let refused = 0;
  const kept = statements.flatMap((statement) => {
    const on = [...new Set(statement.on)].filter((number) => number >= 1 && number <= given);
    if (on.length < new Set(statement.on).size || on.length === 0) refused++;
    return on.length > 0 ? [{ ...statement, on: on.map((number) => number - 1) }] : [];
  });
  if (kept.length < least) {
    throw new ModelOutputError(
      `Only ${kept.length} of ${statements.length} statements rest on a number between 1 and ${given}; at least ${least} must.`,
    );
  }
  return { kept: kept.slice(0, most), refused };
}
