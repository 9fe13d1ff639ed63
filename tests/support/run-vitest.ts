import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { type Failed, failedIn, vitestReportSchema } from '#cli/check-explain/vitest-report';
import { unhandledErrorsFile } from './unhandled-errors.ts';

/** What became of a check: how much of it passed, and what did not, a line for each that failed and has a name. */
export type Outcome = {
  readonly passed: number;
  readonly failed: number;
  readonly failures?: readonly string[];
};

const reportSchema = vitestReportSchema.extend({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  success: z.boolean(),
});

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';

const lineOf = ({ path, test, message }: Failed) =>
  [relative(process.cwd(), path), test, firstLine(message)].filter((part) => part !== undefined).join(': ');

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
  const unhandled = join(folder, 'unhandled-errors');
  writeFileSync(unhandled, '');
  try {
    const child = spawn(
      process.execPath,
      [
        ...['node_modules/vitest/vitest.mjs', 'run', ...args],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
        '--reporter=./tests/support/unhandled-errors.ts',
      ],
      { stdio: 'inherit', env: { ...process.env, ...settings, [unhandledErrorsFile]: unhandled } },
    );
    const [code] = await once(child, 'exit');
    const found = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
    const { numPassedTests, numFailedTests, success } = found;
    // A file that does not even load has no tests to count; and a run of no tests has shown nothing.
    const clean = code === 0 && success && numPassedTests > 0;
    const outside = readFileSync(unhandled, 'utf8').split('\n').filter(Boolean);
    const failures = [
      ...failedIn(found).map(lineOf),
      ...outside.map((line) => `outside of any test: ${line}`),
    ];
    return {
      passed: numPassedTests,
      failed: clean ? numFailedTests : Math.max(1, numFailedTests),
      failures: clean || failures.length > 0 ? failures : [`Vitest ended with ${code}, and no test failed`],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
