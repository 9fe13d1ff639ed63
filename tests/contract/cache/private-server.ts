import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type PrivateServer = { readonly port: number; stop(): Promise<void> };

/** Whether the machine has the program; Debian keeps servers in folders that are not on every PATH. */
export function findProgram(name: string): string | undefined {
  const candidates = [name, `/usr/sbin/${name}`, `/usr/local/sbin/${name}`];
  return candidates.find((path) => spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0);
}

/**
 * Starts a server of our own on a free port, so that the one the machine may be running stays untouched.
 *
 * @param args makes the program's arguments from a port and an empty folder
 */
export async function startPrivateServer(
  program: string,
  args: (port: number, folder: string) => string[],
): Promise<PrivateServer> {
  const folder = mkdtempSync(join(tmpdir(), 'casefold-server-'));
  const port = await freePort();
  const child = spawn(program, args(port, folder), { cwd: folder, stdio: 'ignore' });
  const exited = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null)
      throw new Error(`${program} ended with ${child.exitCode} instead of starting.`);
  }
  return {
    port,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
    socket.once('error', () => setTimeout(done, 20, false));
  });
}
