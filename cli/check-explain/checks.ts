import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Parse, parseImports, parseLint, parseTypes, parseUnit, parseWebTypes } from './parsers.ts';
import { type CheckName, type Problem, problemOf } from './problem.ts';

type Check = {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it writes what it found, from the root; left out, it prints it. */
  readonly file?: string;
  readonly parse: Parse;
};

const unitFile = '.casefold/check-explain/unit.json';

/** Each of the project's checks, told to print what a program can read. */
const checks: Readonly<Record<CheckName, Check>> = {
  lint: {
    command: 'biome',
    args: ['check', '.', '--reporter=github', '--max-diagnostics=none'],
    parse: parseLint,
  },
  types: { command: 'tsc', args: ['-p', 'tsconfig.server.json', '--pretty', 'false'], parse: parseTypes },
  'web-types': {
    command: 'svelte-check',
    args: ['--tsgo', '--fail-on-warnings', '--output', 'machine'],
    parse: parseWebTypes,
  },
  imports: { command: 'npm', args: ['run', '--silent', 'check:imports'], parse: parseImports },
  unit: {
    command: 'vitest',
    args: ['run', '--project', 'unit', '--reporter=json', `--outputFile=${unitFile}`, '--passWithNoTests'],
    file: unitFile,
    parse: parseUnit,
  },
};

export type CheckResult = {
  readonly check: CheckName;
  readonly seconds: number;
  /** None if it passed. */
  readonly problems: readonly Problem[];
};

/**
 * Runs a check. One that fails and prints nothing that can be read is itself a problem: nothing passes unseen.
 *
 * @param root of the project
 * @throws {Error} if it cannot be started
 */
export async function runCheck(check: CheckName, root: string): Promise<CheckResult> {
  const { command, args, file, parse } = checks[check];
  if (file) await rm(join(root, file), { force: true });
  const began = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
      NO_COLOR: '1',
      FORCE_COLOR: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [printed, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const found = file ? await readFile(join(root, file), 'utf8').catch(() => '') : printed;
  const problems = code === 0 || found === '' ? [] : parse(found, root);
  const unread = code !== 0 && problems.length === 0;
  return {
    check,
    seconds: (performance.now() - began) / 1000,
    problems: unread
      ? [
          problemOf({
            check,
            rule: `${command} ended with ${code}`,
            file: '',
            message: `${printed}\n${complained}`.trim().slice(-1500),
          }),
        ]
      : problems,
  };
}
