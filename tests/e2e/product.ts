import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Product = {
  /** Signs a browser in, once. */
  readonly signInLink: string;
  readonly origin: string;
  stop(): Promise<void>;
};

/**
 * Starts the whole product as `npm start` does, on a data folder of its own and a free port. Builds the web first if
 * it must.
 *
 * @throws {Error} with all it printed, if it ends before it serves
 */
export async function startProduct(): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'casefold-e2e-'));
  const child = spawn(process.execPath, ['cli/main.ts', 'up', '--port', '0', '--data', folder], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let printed = '';
  const discard = () => rm(folder, { recursive: true, force: true });
  const link = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      const found = /Open\s+(http\S+\/sign-in\/\S+)/.exec(printed)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Casefold ended with ${code}. It printed:\n${printed}`)));
  }).catch(async (error) => {
    await discard();
    throw error;
  });
  return {
    signInLink: link,
    origin: new URL(link).origin,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await ended;
      }
      await discard();
    },
  };
}
