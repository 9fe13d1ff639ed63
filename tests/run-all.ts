/**
 * `npm test`: every check there is, one after another, all of them even if one fails, and a summary. The last line is
 * `N passed, N failed`; the exit code is 1 if anything failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { buildWeb, isWebBuilt } from '../cli/web-build.ts';
import { provideChromium } from './support/chromium.ts';

type Outcome = { readonly passed: number; readonly failed: number };
type Check = { readonly name: string; run(): Promise<Outcome> };

const reports = mkdtempSync(join(tmpdir(), 'casefold-tests-'));
const summarySchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  success: z.boolean(),
});

/** Runs a program of the project with what it prints shown as it comes. */
function execute(...command: string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const [program = '', ...parameters] = command;
  const child = spawn(program, parameters, { stdio: 'inherit' });
  child.on('error', reject);
  child.on('exit', (code) => resolve(code ?? 1));
  return promise;
}

const bin = (name: string) => join('node_modules/.bin', name);

const program = (name: string, ...commands: (readonly string[])[]): Check => ({
  name,
  async run() {
    let failed = 0;
    for (const command of commands) if ((await execute(...command)) !== 0) failed++;
    return { passed: commands.length - failed, failed };
  },
});

const tests = (project: string): Check => ({
  name: `tests: ${project}`,
  async run() {
    const report = join(reports, `${project}.json`);
    const code = await execute(
      process.execPath,
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${report}`,
    );
    try {
      const { numPassedTests, numFailedTests, success } = summarySchema.parse(
        JSON.parse(readFileSync(report, 'utf8')),
      );
      // A file that does not even load has no tests to count.
      const failed = code === 0 && success ? numFailedTests : Math.max(1, numFailedTests);
      return { passed: numPassedTests, failed };
    } catch {
      return { passed: 0, failed: 1 };
    }
  },
});

const checks: readonly Check[] = [
  program(
    'formatting and lint',
    [bin('biome'), 'check', '.'],
    [bin('prettier'), '--check', '--log-level', 'warn', 'web/**/*.svelte'],
  ),
  program(
    'types',
    [bin('tsc'), '-p', 'tsconfig.server.json'],
    [bin('svelte-check'), '--tsgo', '--fail-on-warnings'],
  ),
  program('import rules', [
    bin('depcruise'),
    '--config',
    '.dependency-cruiser.cjs',
    ...[
      'domain',
      'platform',
      'engines',
      'commands',
      'projections',
      'read-api',
      'gpu-runner',
      'cli',
      'web/src',
      'tests',
    ],
  ]),
  tests('unit'),
  tests('integration'),
  {
    name: 'the web builds, and there is a browser',
    async run() {
      try {
        if (!isWebBuilt()) await buildWeb();
        console.log(`Chromium: ${provideChromium()}`);
        return { passed: 1, failed: 0 };
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
        return { passed: 0, failed: 1 };
      }
    },
  },
  tests('e2e'),
];

let passed = 0;
let failed = 0;
const lines: string[] = [];
for (const { name, run } of checks) {
  console.log(`\n── ${name}`);
  const began = Date.now();
  const outcome = await run();
  passed += outcome.passed;
  failed += outcome.failed;
  const seconds = Math.round((Date.now() - began) / 1000);
  lines.push(
    `${outcome.failed === 0 ? '✓' : '✗'} ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${seconds} s`,
  );
}
rmSync(reports, { recursive: true, force: true });
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
