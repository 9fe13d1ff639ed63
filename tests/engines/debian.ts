import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { SystemUser } from './private-server.ts';
import { UnavailableHereError } from './real-server.ts';

type RunOptions = {
  readonly cwd?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly user?: SystemUser;
};

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to its standard output
 * @throws {Error} with all it printed, if it fails
 */
export function run(
  program: string,
  args: readonly string[],
  { cwd, settings, user }: RunOptions = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...settings },
    ...(cwd && { cwd }),
    ...user,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} failed:\n${stdout}${stderr}`.trim());
  return stdout;
}

let updated = false;

/**
 * Installs packages of Debian, or of a system made from it, unless what they bring is there.
 *
 * @throws {UnavailableHereError} if this is not root, or there is no apt
 */
export function providePackages(packages: readonly string[], isThere: () => boolean): void {
  if (isThere()) return;
  const wanted = packages.join(' ');
  if (!existsSync('/usr/bin/apt-get')) {
    throw new UnavailableHereError(`There is no apt here to install ${wanted} with; install it by hand.`);
  }
  if (process.getuid?.() !== 0) {
    throw new UnavailableHereError(`Only root can install ${wanted}: sudo apt-get install ${wanted}`);
  }
  console.log(`installing ${wanted}`);
  if (!updated) run('apt-get', ['update', '-q']);
  updated = true;
  run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages]);
  if (!isThere())
    throw new Error(`apt-get installed ${wanted}, and what was wanted of it is still not there.`);
}

/** Whether the configured package sources have a package. */
export const hasCandidate = (name: string): boolean =>
  /Candidate: \d/.test(run('apt-cache', ['policy', name]));
