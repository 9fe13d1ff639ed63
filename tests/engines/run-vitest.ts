import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

export type Outcome = { readonly passed: number; readonly failed: number };

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  success: z.boolean(),
});

/**
 * Runs tests with what they print shown as it comes.
 *
 * @param args what Vitest is told beside how to report
 * @param settings environment variables for the tests
 */
export async function runVitest(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-tests-'));
  const report = join(folder, 'report.json');
  try {
    const child = spawn(
      process.execPath,
      [
        ...['node_modules/vitest/vitest.mjs', 'run', ...args],
        ...['--reporter=default', '--reporter=json', `--outputFile=${report}`],
      ],
      { stdio: 'inherit', env: { ...process.env, ...settings } },
    );
    const [code] = await once(child, 'exit');
    const { numPassedTests, numFailedTests, success } = reportSchema.parse(
      JSON.parse(readFileSync(report, 'utf8')),
    );
    // A file that does not even load has no tests to count; and a run of no tests has shown nothing.
    const clean = code === 0 && success && numPassedTests > 0;
    return { passed: numPassedTests, failed: clean ? numFailedTests : Math.max(1, numFailedTests) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
