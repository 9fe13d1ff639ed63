import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What one file's change came to. */
export type ChangedFile = { readonly path: string; readonly added: number; readonly removed: number };

/** The longest part of a change that is kept, in lines: what it was about, not all of it. */
const mostLines = 40;

const git = async (root: string, args: readonly string[], index?: string): Promise<string> =>
  (
    await run('git', ['-C', root, ...args], {
      env: { ...process.env, ...(index && { GIT_INDEX_FILE: index }) },
      maxBuffer: 64 * 1024 * 1024,
    })
  ).stdout;

/**
 * Keeps the files as they are now, whatever is staged or committed, as a tree in the repository that no branch names.
 *
 * @returns the tree's id; undefined where there is no repository
 */
export async function snapshot(root: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'casefold-snapshot-'));
  try {
    // An index of its own: nobody's staged work is touched.
    const index = join(folder, 'index');
    await git(root, ['add', '--all', '.'], index);
    return (await git(root, ['write-tree'], index)).trim();
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What changed between two snapshots.
 *
 * @param about the file whose change is told in full, as far as it is short
 * @returns undefined where one of them is gone
 */
export async function changesBetween(
  root: string,
  before: string,
  after: string,
  about: string,
): Promise<{ files: ChangedFile[]; diff: string } | undefined> {
  try {
    const numbers = await git(root, ['diff', '--numstat', '--no-renames', before, after]);
    const files = numbers
      .split('\n')
      .map((line) => /^(\d+|-)\t(\d+|-)\t(.+)$/.exec(line))
      .flatMap((found) => {
        const [, added, removed, path] = found ?? [];
        return path ? [{ path, added: Number(added) || 0, removed: Number(removed) || 0 }] : [];
      });
    const where = files.some(({ path }) => path === about)
      ? [about]
      : files.slice(0, 3).map(({ path }) => path);
    const patch =
      where.length === 0
        ? ''
        : await git(root, ['diff', '--unified=1', '--no-color', before, after, '--', ...where]);
    const lines = patch.split('\n').filter((line) => /^(?:@@|[+-](?!\+\+|--))/.test(line));
    return { files, diff: lines.slice(0, mostLines).join('\n') };
  } catch {
    return undefined;
  }
}
