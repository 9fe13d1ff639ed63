import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const buildFolder = join(root, 'web/build');
const stampFile = join(buildFolder, 'source.sha256');

/** What the built web depends on: its own sources, the contracts and lifecycles it imports, and the locked packages. */
const sources = [
  'web/src/**/*',
  'web/static/**/*',
  'domain/**/*.ts',
  '{read-api,commands}/contract*.ts',
  'projections/runner/status.ts',
  'vite.config.ts',
  'package-lock.json',
];

function sourceStamp(): string {
  const hash = createHash('sha256');
  for (const path of globSync(sources, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** True when there is a build of exactly these sources. */
export const isWebBuilt = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourceStamp();

/** The handler of the built web, `(request, response)` of `node:http`. */
export const webHandlerUrl = () => new URL('../web/build/handler.js', import.meta.url).href;

/**
 * Builds the web.
 *
 * @throws {Error} with what the build printed, if it fails
 */
export async function buildWeb(): Promise<void> {
  // Vite directly, not through npx: a shell in between would leave the build running when we are stopped.
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('exit', resolve);
  const code = await promise;
  if (code !== 0) throw new Error(`The web could not be built:\n${Buffer.concat(output).toString('utf8')}`);
  writeFileSync(stampFile, sourceStamp());
}
