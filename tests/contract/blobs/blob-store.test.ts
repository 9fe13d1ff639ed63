import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { BlobCorruptError, BlobNotFoundError, type BlobStore, BlobTooLargeError } from '#platform/ports';
import { openFileBlobStore } from '../../../engines/blobs/file-blob-store.ts';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source));
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('BlobStore, files', () => {
  let folder: string;
  let store: BlobStore;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'casefold-blobs-'));
    store = await openFileBlobStore(folder);
  });
  const files = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

  test('bytes come back as they are, under their SHA-256', async () => {
    const bytes = randomBytes(3_000_000);
    const stored = await store.put(inPieces(bytes, 65_537));
    expect(stored).toEqual({ sha256: hashOf(bytes), size: bytes.length, existed: false });
    expect(Buffer.compare(await store.readBytes(stored.sha256), bytes)).toBe(0);
    expect(Buffer.compare(await collect(await store.read(stored.sha256)), bytes)).toBe(0);
    expect(await store.size(stored.sha256)).toBe(bytes.length);
    expect(await store.has(stored.sha256)).toBe(true);
  });

  test('the empty content is a blob too', async () => {
    const { sha256, size } = await store.put(new Uint8Array());
    expect({ sha256, size }).toEqual({ sha256: hashOf(new Uint8Array()), size: 0 });
    expect(await collect(await store.read(sha256))).toHaveLength(0);
  });

  test('the same bytes are stored once, also when they come at the same moment', async () => {
    const bytes = randomBytes(100_000);
    const results = await Promise.all(Array.from({ length: 8 }, () => store.put(inPieces(bytes, 1_000))));
    expect(new Set(results.map(({ sha256 }) => sha256))).toEqual(new Set([hashOf(bytes)]));
    expect((await store.put(bytes)).existed).toBe(true);
    expect(files()).toHaveLength(1);
  });

  test('ranges are half-open and clipped at the end', async () => {
    const bytes = Buffer.from('0123456789');
    const { sha256 } = await store.put(bytes);
    const range = async (start: number, end: number) =>
      (await collect(await store.read(sha256, { start, end }))).toString();
    expect(await range(2, 5)).toBe('234');
    expect(await range(0, 10)).toBe('0123456789');
    expect(await range(8, 100)).toBe('89');
    expect(await range(4, 4)).toBe('');
    expect(await range(10, 20)).toBe('');
    for (const [start, end] of [
      [-1, 2],
      [3, 2],
      [0.5, 2],
      [0, Number.NaN],
    ] as const) {
      await expect(store.read(sha256, { start, end })).rejects.toBeInstanceOf(RangeError);
    }
  });

  test('one byte too many is refused, and nothing stays behind', async () => {
    const bytes = randomBytes(10_000);
    await expect(store.put(inPieces(bytes, 999), { maxBytes: 9_999 })).rejects.toBeInstanceOf(
      BlobTooLargeError,
    );
    expect(files()).toEqual([]);
    expect((await store.put(bytes, { maxBytes: 10_000 })).size).toBe(10_000);
  });

  test('a source that breaks off leaves nothing behind', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield randomBytes(1_000);
      throw new Error('the connection broke');
    }
    await expect(store.put(broken())).rejects.toThrow('the connection broke');
    expect(files()).toEqual([]);
  });

  test.each([
    '',
    'x',
    '../../etc/passwd',
    `${'a'.repeat(62)}/.`,
    'A'.repeat(64),
    'a'.repeat(63),
    'a'.repeat(65),
    `${'a'.repeat(64)}\n`,
    `${'a'.repeat(63)}\u0000`,
    'a'.repeat(64),
  ])('no blob is called %j', async (name) => {
    expect(await store.has(name)).toBe(false);
    expect(await store.size(name)).toBeUndefined();
    await expect(store.read(name)).rejects.toBeInstanceOf(BlobNotFoundError);
    await expect(store.readBytes(name)).rejects.toBeInstanceOf(BlobNotFoundError);
  });

  test('damage is noticed', async () => {
    const { sha256 } = await store.put(Buffer.from('evidence'));
    const [file] = files();
    if (file === undefined) throw new Error('no file');
    writeFileSync(join(file.parentPath, file.name), 'Evidence');
    await expect(store.readBytes(sha256)).rejects.toBeInstanceOf(BlobCorruptError);
  });

  test('a file cut short by a crash is replaced by the next upload of the same bytes', async () => {
    const { sha256 } = await store.put(Buffer.from('evidence'));
    const [file] = files();
    if (file === undefined) throw new Error('no file');
    writeFileSync(join(file.parentPath, file.name), 'evid');
    expect((await store.put(Buffer.from('evidence'))).existed).toBe(false);
    expect(Buffer.from(await store.readBytes(sha256)).toString()).toBe('evidence');
  });

  test('uploads abandoned long ago are swept at the next start, running ones are not', async () => {
    const old = join(folder, 'incoming', 'old');
    const fresh = join(folder, 'incoming', 'fresh');
    for (const path of [old, fresh]) writeFileSync(path, 'partial');
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    utimesSync(old, twoDaysAgo, twoDaysAgo);
    await openFileBlobStore(folder);
    expect(files().map(({ name }) => name)).toEqual(['fresh']);
  });
});
