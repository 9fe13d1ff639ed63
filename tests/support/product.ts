import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type CasefoldClient, createClient } from './casefold-client.ts';
import { descendantsOf, runningAmong } from './processes.ts';
import { NeverError, until } from './until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'cli/main.ts');

const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  engines: z.array(z.object({ name: z.string(), status: z.string(), restarts: z.number() })),
  projections: z.array(z.object({ name: z.string(), state: z.string(), position: z.coerce.bigint() })),
});
export type Health = z.infer<typeof healthSchema>;

/** A Casefold that runs in processes of its own. */
export type Product = CasefoldClient & {
  readonly url: string;
  /** The owner's. */
  readonly token: string;
  readonly folder: string;
  readonly pid: number;
  /** All it wrote to its terminal so far. */
  printed(): string;
  health(): Promise<Health>;
  /** Position of the last event in the log. */
  head(): Promise<bigint>;
  /** Resolves when every read model has everything that is in the log. */
  caughtUp(): Promise<bigint>;
  /** Process ids of its engines by name. */
  engines(): ReadonlyMap<string, number>;
  /** SIGKILL to every process of it at once. */
  kill(): Promise<void>;
  /** Asks the process group to end, as Ctrl-C (SIGINT) or a shutdown (SIGTERM) does. @returns its exit code */
  stop(signal?: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
};

export type ProductOptions = {
  /** Left out, one of its own that goes with `stop`. */
  readonly folder?: string;
  readonly port?: number;
  /** Settings on top of none at all. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** A folder for data; whoever makes it removes it. */
export const newDataFolder = (): string => mkdtempSync(join(tmpdir(), 'casefold-product-'));

/** Settings of the machine must not choose engines for a test. */
const environmentWith = (settings: Readonly<Record<string, string>>) => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ...settings,
});

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
 * Starts Casefold without its web, in a process group of its own, and waits until it serves.
 *
 * @throws {Error} with all it printed, if it ends before
 */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const folder = options.folder ?? newDataFolder();
  const args = ['up', '--port', String(options.port ?? 0), '--data', folder];
  const roles = ['commands', 'projections', 'read-api', 'gpu-runner'];
  const child = spawn(process.execPath, [main, ...args, '--roles', ...roles], {
    cwd: root,
    detached: true,
    env: environmentWith({ CASEFOLD_LOG_LEVEL: 'warn', ...options.settings }),
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
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: string) => {
      printed += text;
      const port = /ready\s+http:\/\/\S+:(\d+)\s/.exec(printed)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('exit', (code) => reject(new Error(`Casefold ended with ${code}. It printed:\n${printed}`)));
  });
  const token = readFileSync(join(folder, 'owner-token'), 'utf8').trim();
  const client = createClient(() => ({ url, token }));

  const health = async () => {
    if (hasEnded()) throw new NeverError(`Casefold ended by itself. It printed:\n${printed}`);
    return healthSchema.parse(await (await client.request('/health')).json());
  };
  const head = async () => {
    const metrics = await (await client.request('/metrics')).text();
    return BigInt(/^casefold_log_position (\S+)$/m.exec(metrics)?.[1] ?? -1);
  };
  const engines = () =>
    new Map(
      descendantsOf(pid).flatMap(({ pid: engine, command }) => {
        const name = /engines\/(\w+)\/main\.ts/.exec(command)?.[1];
        return name ? [[name, engine] as const] : [];
      }),
    );
  const end = async (signal: NodeJS.Signals) => {
    // Engines outlive a killed parent by a moment; the folder is free when they are gone.
    const left = descendantsOf(pid).map((each) => each.pid);
    killGroup(signal);
    await exited;
    await until('the engines are gone', () => runningAmong(left).length === 0);
  };

  return {
    ...client,
    url,
    token,
    folder,
    pid,
    printed: () => printed,
    health,
    head,
    caughtUp: () =>
      until(
        'every projection has all of the log',
        async () => {
          const at = await head();
          const { status, projections } = await health();
          const there = status === 'ok' && projections.every(({ position }) => position >= at);
          return there && (await head()) === at && at;
        },
        { timeoutMs: 300_000 },
      ),
    engines,
    kill: () => end('SIGKILL'),
    async stop(signal = 'SIGTERM') {
      await end(signal);
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}
