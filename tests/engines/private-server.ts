import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendantsOf, runningAmong } from '../support/processes.ts';
import { until } from '../support/until.ts';

/** A server of our own, which can be killed and started again where it was. */
export type PrivateServer = {
  readonly port: number;
  /** SIGKILL; its data and its port stay as they are. */
  kill(): Promise<void>;
  /** After `kill`: starts it again on the same data and port. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
};

/** Who a server runs as. */
export type SystemUser = { readonly uid: number; readonly gid: number };

export type PrivateServerOptions = {
  /** Some servers refuse to run as root. */
  readonly user?: SystemUser | undefined;
  /** Fills the empty folder before the first start. */
  readonly prepare?: (folder: string, port: number) => Promise<void> | void;
  /** Asks the server whether it serves; throws or says false while it does not. Left out, an open port is enough. */
  readonly isReady?: (port: number) => Promise<boolean>;
  /** What ends it soon, although clients are connected; SIGTERM where left out. */
  readonly stopSignal?: NodeJS.Signals;
};

/** Whether the machine has the program; Debian keeps servers in folders that are not on every PATH. */
export function findProgram(name: string): string | undefined {
  const candidates = [name, `/usr/sbin/${name}`, `/usr/local/sbin/${name}`];
  return candidates.find((path) => spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0);
}

/**
 * Starts a server of our own on a free port, so that the one the machine may be running stays untouched. It never
 * outlives this process.
 *
 * @param args makes the program's arguments from a port and a folder for its data
 * @throws {Error} with what the server printed, if it ends instead of starting
 */
export async function startPrivateServer(
  program: string,
  args: (port: number, folder: string) => string[],
  { user, prepare, isReady = answers, stopSignal = 'SIGTERM' }: PrivateServerOptions = {},
): Promise<PrivateServer> {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-server-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  let child: ChildProcess | undefined;
  const killAtExit = () => child?.kill('SIGKILL');
  process.once('exit', killAtExit);

  async function start(): Promise<void> {
    let printed = '';
    const started = spawn(program, args(port, folder), {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed = (printed + text).slice(-4000);
      });
    }
    const failed = Promise.withResolvers<never>();
    started.once('error', failed.reject);
    started.once('exit', (code, signal) =>
      failed.reject(new Error(`${program} ended with ${code ?? signal} instead of starting:\n${printed}`)),
    );
    failed.promise.catch(() => undefined);
    await Promise.race([until(`${program} serves`, () => isReady(port), { intervalMs: 20 }), failed.promise]);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    child = undefined;
    if (!running?.pid || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    // Processes that a server made notice its death by and by; as long as they live, it cannot be started again.
    const made = descendantsOf(running.pid).map(({ pid }) => pid);
    running.kill(signal);
    await exited;
    if (signal === 'SIGKILL') for (const pid of runningAmong(made)) process.kill(pid, signal);
    await until(`all of ${program} is gone`, () => runningAmong(made).length === 0, { intervalMs: 20 });
  }

  const stop = async () => {
    await end(stopSignal);
    process.off('exit', killAtExit);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await prepare?.(folder, port);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, start, kill: () => end('SIGKILL'), stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
