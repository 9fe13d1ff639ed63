import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { descendantsOf, runningAmong } from './processes.ts';
import { until } from './until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'cli/main.ts');

/** Settings of the machine must not choose servers for a test. */
const environmentWith = (settings: Readonly<Record<string, string>>) => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ...settings,
});

/** `casefold` in a process group of its own, with the engines it starts. */
export type CasefoldProcess = {
  readonly pid: number;
  /** Where it answers. */
  readonly url: string;
  /** What it has written to its terminal so far. */
  printed(): string;
  hasEnded(): boolean;
  /** SIGKILL to every process of it at once. */
  kill(): Promise<void>;
  /** Asks the group to end, as Ctrl-C (SIGINT) or a shutdown (SIGTERM) does. @returns its exit code */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
};

/** Runs `casefold` with these arguments until it ends. */
export async function runCasefold(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    env: environmentWith(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const [code] = await once(child, 'close');
  return { code: code as number | null, printed };
}

/**
 * Starts `casefold` and waits until it serves. It never outlives this process.
 *
 * @param settings environment variables, on top of none at all
 * @param serves what it has printed when it serves
 * @throws {Error} with all it printed, if it ends before
 */
export async function startCasefoldProcess(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  serves = /ready\s+http:\S+/,
): Promise<CasefoldProcess> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: root,
    detached: true,
    env: environmentWith({ CASEFOLD_LOG_LEVEL: 'warn', ...settings }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('Casefold could not be started.');
  const exited = once(child, 'exit');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const killGroup = (signal: NodeJS.Signals) => {
    if (!hasEnded()) process.kill(-pid, signal);
  };
  const killAtExit = () => killGroup('SIGKILL');
  process.once('exit', killAtExit);
  void exited.then(() => process.off('exit', killAtExit));

  let printed = '';
  const port = await new Promise<string>((resolve, reject) => {
    const read = (text: string) => {
      printed += text;
      const [, found] = /ready\s+http:\/\/\S+:(\d+)\s/.exec(printed) ?? [];
      if (found && serves.test(printed)) resolve(found);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read);
    child.once('exit', (code) =>
      reject(new Error(`casefold ${args.join(' ')} ended with ${code}. It printed:\n${printed}`)),
    );
  });
  const end = async (signal: NodeJS.Signals) => {
    // Engines outlive a killed parent by a moment; the folder is free when they are gone.
    const left = descendantsOf(pid).map((each) => each.pid);
    killGroup(signal);
    await exited;
    await until('the engines are gone', () => runningAmong(left).length === 0);
  };
  return {
    pid,
    url: `http://127.0.0.1:${port}`,
    printed: () => printed,
    hasEnded,
    kill: () => end('SIGKILL'),
    async stop(signal = 'SIGTERM') {
      await end(signal);
      return child.exitCode;
    },
  };
}
