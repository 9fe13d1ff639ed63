import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BlobCorruptError,
  BlobNotFoundError,
  type BlobStore,
  BlobTooLargeError,
  type ByteRange,
  type StoredBlob,
} from '#platform/ports';

const sha256Pattern = /^[0-9a-f]{64}$/;
const dayInMs = 24 * 60 * 60 * 1000;

/**
 * A {@link BlobStore} in a folder: `<folder>/ab/cd/abcd…` holds the bytes whose SHA-256 is `abcd…`. Uploads in flight
 * live in `<folder>/incoming` and move into place only when they are complete and on disk. Several processes may share
 * the folder: equal names mean equal bytes, so the last rename wins and changes nothing.
 */
export async function openFileBlobStore(folder: string): Promise<BlobStore> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true });
  await removeAbandoned(incoming);

  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);

  const size = async (sha256: string): Promise<number | undefined> => {
    // The name becomes part of a path: nothing but a hash may get there.
    if (!sha256Pattern.test(sha256)) return undefined;
    const found = await stat(pathOf(sha256)).catch(undefinedIfMissing);
    return found?.size;
  };

  const openBlob = async (sha256: string): Promise<FileHandle> => {
    if (!sha256Pattern.test(sha256)) throw new BlobNotFoundError(sha256);
    const file = await open(pathOf(sha256), 'r').catch(undefinedIfMissing);
    if (file === undefined) throw new BlobNotFoundError(sha256);
    return file;
  };

  return {
    async put(source, options = {}): Promise<StoredBlob> {
      const temporary = join(incoming, randomUUID());
      try {
        const { sha256, bytes } = await writeHashed(temporary, source, options.maxBytes ?? Infinity);
        const existed = (await size(sha256)) === bytes;
        if (!existed) await moveIntoPlace(temporary, pathOf(sha256), folder);
        return { sha256, size: bytes, existed };
      } finally {
        await rm(temporary, { force: true });
      }
    },

    async read(sha256, range) {
      if (range !== undefined) assertRange(range);
      const file = await openBlob(sha256);
      return stream(file, range);
    },

    async readBytes(sha256) {
      const file = await openBlob(sha256);
      try {
        const bytes = await readFile(file);
        const found = createHash('sha256').update(bytes).digest('hex');
        if (found !== sha256) throw new BlobCorruptError(sha256, found);
        return bytes;
      } finally {
        await file.close();
      }
    },

    size,
    has: async (sha256) => (await size(sha256)) !== undefined,
    info: async () => ({ engine: 'files', version: process.version, where: folder }),
  };
}

async function writeHashed(
  path: string,
  source: AsyncIterable<Uint8Array> | Uint8Array,
  maxBytes: number,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const chunk of source instanceof Uint8Array ? [source] : source) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new BlobTooLargeError(maxBytes);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Renames, then puts the folders on disk as well: without that a crash can lose the name of a file that is there. */
async function moveIntoPlace(from: string, to: string, root: string): Promise<void> {
  const leaf = join(to, '..');
  await mkdir(leaf, { recursive: true });
  await rename(from, to);
  for (const folder of [leaf, join(leaf, '..'), root]) await syncFolder(folder);
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder as a file, and needs no such sync.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* stream(file: FileHandle, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  try {
    // An empty range would ask the file stream for end = start - 1, which it takes for an error.
    if (range !== undefined && range.end === range.start) return;
    const options = range === undefined ? {} : { start: range.start, end: range.end - 1 };
    yield* file.createReadStream({ ...options, autoClose: false });
  } finally {
    await file.close();
  }
}

function assertRange({ start, end }: ByteRange): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end) return;
  throw new RangeError(`Not a range of bytes: ${start} to ${end}.`);
}

/** Uploads cut off by a crash; the age keeps another process's running upload safe. */
async function removeAbandoned(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const found = await stat(path).catch(undefinedIfMissing);
    if (found && Date.now() - found.mtimeMs > dayInMs) await rm(path, { force: true });
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
