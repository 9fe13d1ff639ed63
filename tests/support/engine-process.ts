import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineReadySchema } from '#engines/engine-process';

/** An embedded engine in a child process, as the supervisor starts it. */
export type EngineProcess = {
  readonly port: number;
  readonly folder: string;
  /** Stops it as the supervisor does: by closing its channel. @returns its exit code */
  stop(): Promise<number | null>;
  /** Kills it without warning. */
  kill(): Promise<void>;
};

export type EngineStart = {
  readonly folder: string;
  /** 0 lets the system choose. */
  readonly port?: number;
  /** Environment variables on top of those of this process. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** A folder for one test, gone with the process that made it. */
export function newEngineFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `casefold-${name}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts an engine and waits until it accepts connections. It never outlives this process. */
export async function startEngineProcess(
  name: 'eventstore' | 'postgres' | 'graph',
  { folder, port = 0, settings = {} }: EngineStart,
): Promise<EngineProcess> {
  const main = fileURLToPath(new URL(`../../engines/${name}/main.ts`, import.meta.url));
  const child = fork(main, ['--folder', folder, '--port', String(port), '--log-level', 'warn'], {
    execArgv: [],
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ready = await firstMessage(child);
  const end = async (ask: () => void) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    ask();
    await exited;
  };
  return {
    port: ready.port,
    folder,
    async stop() {
      await end(() => child.disconnect());
      return child.exitCode;
    },
    kill: () => end(() => child.kill('SIGKILL')),
  };
}

async function firstMessage(child: ChildProcess) {
  const message = await Promise.race([
    once(child, 'message').then(([value]) => value),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The engine ended with code ${code}.`))),
  ]);
  return engineReadySchema.parse(message);
}
