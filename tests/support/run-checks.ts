import type { Outcome } from './run-vitest.ts';

/** A check of several, or a part of one. `on`: what it ran on, where that can differ. */
export type Check<Result extends Outcome = Outcome> = { readonly name: string; run(): Promise<Result> };

/**
 * Runs checks one after another, all of them even if one fails, and prints a summary: a line for each, below it what
 * failed by its name (the output of a long run is often cut to its end), and at last `N passed, N failed`. One that
 * throws has failed.
 *
 * @returns the exit code: 1 if anything failed
 */
export async function runChecks(
  checks: readonly Check<Outcome & { readonly on?: string }>[],
): Promise<0 | 1> {
  let passed = 0;
  let failed = 0;
  const lines: string[] = [];
  for (const { name, run } of checks) {
    console.log(`\n── ${name}`);
    const began = Date.now();
    const outcome = await run().catch((error: unknown) => {
      console.error(error);
      return {
        passed: 0,
        failed: 1,
        on: 'nothing: it could not run',
        failures: [String(error).split('\n', 1)[0] ?? ''],
      };
    });
    passed += outcome.passed;
    failed += outcome.failed;
    const seconds = Math.round((Date.now() - began) / 1000);
    const on = outcome.on === undefined ? '' : `, on ${outcome.on}`;
    lines.push(
      `${outcome.failed === 0 ? '✓' : '✗'} ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s${on}`,
      ...(outcome.failures ?? []).map((failure) => `  ✗ ${failure}`),
    );
  }
  console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
