import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Role } from '#cli/roles';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One role in a process of its own, as a container of docker-compose.yml runs it. */
export type RoleProcess = {
  readonly url: string;
  /** All it wrote to its terminal so far. */
  printed(): string;
  kill(): Promise<void>;
  /** Asks it to end, as a container is stopped. @returns its exit code */
  stop(): Promise<number | null>;
};

export type RoleOptions = {
  /** Its own; in a deployment only the blobs are shared. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
};

/** Makes a data folder whose blobs are those of all. */
export function shareBlobs(folder: string, blobs: string): void {
  mkdirSync(blobs, { recursive: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(blobs, join(folder, 'blobs'));
}

/**
 * Starts a role and waits until it serves. It never outlives this process.
 *
 * @throws {Error} with all it printed, if it ends before
 */
export async function startRole(role: Role, { folder, settings }: RoleOptions): Promise<RoleProcess> {
  const child = spawn(process.execPath, [join(root, 'cli/main.ts'), 'up', '--roles', role], {
    cwd: root,
    // Nothing of the machine's own settings may choose a server.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings, CASEFOLD_DATA: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  void exited.then(() => process.off('exit', killAtExit));

  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        const port = /ready\s+http:\/\/\S+:(\d+)\s/.exec(printed)?.[1];
        if (port) resolve(`http://127.0.0.1:${port}`);
      });
    }
    child.once('exit', (code) => reject(new Error(`The role ${role} ended with ${code}:\n${printed}`)));
  });
  return {
    url,
    printed: () => printed,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      return child.exitCode;
    },
  };
}
