import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderInUseError, lockFolder } from '#platform/folder-lock';

const newFolder = () => mkdtempSync(join(tmpdir(), 'casefold-lock-'));

test('a second holder in another process is refused, and let in after release', () => {
  const folder = newFolder();
  const release = lockFolder(folder);
  const tryElsewhere = () =>
    spawnSync(process.execPath, [
      '--input-type=module',
      '-e',
      `import { lockFolder } from ${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)};
       try { lockFolder(${JSON.stringify(folder)}); } catch (error) { process.exit(error.name === 'FolderInUseError' ? 3 : 4); }`,
    ]).status;
  expect(tryElsewhere()).toBe(3);
  release();
  expect(tryElsewhere()).toBe(0);
});

test('a second holder in the same process is refused', () => {
  const folder = newFolder();
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderInUseError);
  release();
  lockFolder(folder)();
});
