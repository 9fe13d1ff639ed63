import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineReadySchema } from '#engines/engine-process';

const MAIN = fileURLToPath(new URL('../../../engines/eventstore/main.ts', import.meta.url));

/** An embedded event store in a child process, as the supervisor starts it. */
export type EngineProcess = {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Stops it as the supervisor does. */
  stop(): Promise<void>;
  /** Kills it without warning. */
  kill(): Promise<void>;
};

/** A folder for one test, gone with the process that made it. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-eventstore-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the engine and waits until it accepts connections. Port 0 lets the system choose. */
export async function startEngine(folder: string = newFolder(), port = 0): Promise<EngineProcess> {
  const child = fork(MAIN, ['--folder', folder, '--port', String(port), '--log-level', 'warn'], {
    execArgv: [],
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
    url: `esdb://127.0.0.1:${ready.port}?tls=false`,
    port: ready.port,
    folder,
    stop: () => end(() => child.disconnect()),
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
