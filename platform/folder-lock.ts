import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Thrown when another live process holds the folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError';
  constructor(folder: string) {
    super(
      `The folder ${folder} is in use by another running Casefold process. Stop that one, or choose another folder with --data.`,
    );
  }
}

/**
 * Takes an exclusive lock on a folder, making the folder if needed.
 *
 * The lock is SQLite's own file lock on `<folder>/.lock`: the operating system lets go of it the moment the process
 * dies, however it dies, so a crash never leaves a stale lock behind (a pid file would).
 *
 * @returns a function that lets go of the lock
 * @throws {FolderInUseError} if a live process holds it
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, '.lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) throw new FolderInUseError(folder);
    throw error;
  }
  return () => database.close();
}
