import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { unhandledErrorsFile } from './unhandled-errors.ts';

/** What became of a check: how much of it passed, and what did not, a line for each that failed and has a name. */
export type Outcome = {
  readonly passed: number;
  readonly failed: number;
  readonly failures?: readonly string[];
};

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

const firstLine = (text = '') => text.split('\n', 1)[0] ?? '';

function failuresIn({ testResults }: z.infer<typeof reportSchema>): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && tests.length === 0) return [`${file}: ${firstLine(message)}`];
    return tests.map(
      ({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLine(failureMessages?.[0])}`,
    );
  });
}

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
    const failures = [...failuresIn(found), ...outside.map((line) => `outside of any test: ${line}`)];
    return {
      passed: numPassedTests,
      failed: clean ? numFailedTests : Math.max(1, numFailedTests),
      failures: clean || failures.length > 0 ? failures : [`Vitest ended with ${code}, and no test failed`],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
