/**
 * `npm test`: every check there is, one after another, all of them even if one fails, and a summary with the names
 * of what failed. The last line is `N passed, N failed`; the exit code is 1 if anything failed.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildWeb, isWebBuilt } from '../cli/web-build.ts';
import { provideChromium } from './support/chromium.ts';
import { type Check, runChecks } from './support/run-checks.ts';
import { runVitest } from './support/run-vitest.ts';

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
    const failures: string[] = [];
    for (const command of commands) {
      const code = await execute(...command);
      if (code !== 0) failures.push(`${command[0]} ended with ${code}`);
    }
    return { passed: commands.length - failures.length, failed: failures.length, failures };
  },
});

const tests = (project: string): Check => ({
  name: `tests: ${project}`,
  run: () => runVitest(['--project', project]),
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
      if (!isWebBuilt()) await buildWeb();
      console.log(`Chromium: ${provideChromium()}`);
      return { passed: 1, failed: 0 };
    },
  },
  tests('e2e'),
];

process.exit(await runChecks(checks));
