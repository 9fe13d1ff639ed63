import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

/** The sources that decide what a read model holds. */
const folders = ['domain', 'gpu-runner/embedding-projector', 'gpu-runner/models', 'projections'];
const files = ['platform/document-text.ts'];
const isSource = (path: string) => path.endsWith('.ts') && !path.endsWith('.test.ts');

/**
 * Names the code that folds: `sha256:<hex>` over the paths and contents of its sources, and ` commit:<hex>` where a
 * repository is there. (The commit alone would say nothing of what was changed since.)
 *
 * @param root folder that holds the sources; Casefold's own unless told
 */
export async function codeRevision(root = resolve(import.meta.dirname, '../../..')): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await sources(root)) {
    hash.update(`${path}\0`);
    hash.update(await readFile(join(root, path)));
    hash.update('\0');
  }
  const commit = await commitOf(root);
  return `sha256:${hash.digest('hex')}${commit ? ` commit:${commit}` : ''}`;
}

/** Relative paths with slashes, sorted. */
async function sources(root: string): Promise<string[]> {
  const paths: string[] = [...files];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const path = relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
      if (entry.isFile() && isSource(path)) paths.push(path);
    }
  }
  return paths.sort();
}

/** What `.git/HEAD` points at; undefined where there is no repository, or it is kept in another way. */
async function commitOf(root: string): Promise<string | undefined> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const pointer = /^gitdir: (.+)$/m.exec(await read(join(root, '.git')))?.[1];
  const folder = pointer ? resolve(root, pointer) : join(root, '.git');
  const head = (await read(join(folder, 'HEAD'))).trim();
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  if (!ref) return commitIn(head);
  const common = join(folder, (await read(join(folder, 'commondir'))).trim());
  const packed = (await read(join(common, 'packed-refs')))
    .split('\n')
    .find((line) => line.endsWith(` ${ref}`));
  return (
    commitIn(await read(join(folder, ref))) ??
    commitIn(await read(join(common, ref))) ??
    commitIn(packed ?? '')
  );
}

const commitIn = (text: string) => /^[0-9a-f]{40,64}/.exec(text)?.[0];
