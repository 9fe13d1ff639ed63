import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { durableFiles } from './durable-files.ts';
import { errorOf, rowsOf, simpleQuery } from './wire.ts';

/** The one PostgreSQL session of this process, spoken to in wire protocol bytes. */
export type Database = {
  /** Runs frontend messages to the end and returns every backend message they caused. Synchronous: one session. */
  execute(messages: Uint8Array): Buffer;
  /** Runs one statement of the engine's own and returns its rows as text. Throws what PostgreSQL reports. */
  query(sql: string): (string | null)[][];
  close(): Promise<void>;
};

/** What PGlite's main loop throws for an ordinary SQL error; anything else means the WebAssembly instance is gone. */
const ORDINARY_ERROR = 100;

/**
 * Opens (or makes) the database under `folder`.
 *
 * fsync is on, unlike PGlite's own default, so a commit that was acknowledged is on the disk. `wal_sync_method` is
 * `fsync` because PGlite's fdatasync is an empty function.
 *
 * @param onFatal called when the WebAssembly instance has trapped (out of memory, PANIC): nothing it holds can be
 * trusted any more, the process has to end and recover from the write-ahead log
 */
export async function openDatabase(folder: string, onFatal: (error: unknown) => void): Promise<Database> {
  const data = join(folder, 'data');
  const complete = join(folder, 'initialised');
  // A first start that was killed half-way leaves files that look like a database: only the marker says it is one.
  if (!existsSync(complete)) rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });

  const pglite = await PGlite.create(data, {
    extensions: { durableFiles, vector },
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
      ...['-c', 'wal_sync_method=fsync'],
    ],
  });
  await pglite.exec('CREATE EXTENSION IF NOT EXISTS vector');
  writeFileSync(complete, '');

  const runOnce = pglite.Module._PostgresMainLoopOnce;
  pglite.Module._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      if (!isOrdinary(error)) onFatal(error);
      throw error;
    }
  };

  const execute = (messages: Uint8Array): Buffer => {
    const chunks: Buffer[] = [];
    // The work is done before this returns; the promise only carries what PGlite itself threw.
    pglite
      .execProtocolRawStream(messages, {
        syncToFs: false,
        onRawData: (data) => chunks.push(Buffer.from(data)),
      })
      .catch(onFatal);
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  };

  return {
    execute,
    query(sql) {
      const output = execute(simpleQuery(sql));
      const error = errorOf(output);
      if (error) throw new Error(`${error} in: ${sql}`);
      return rowsOf(output);
    },
    close: () => pglite.close(),
  };
}

function isOrdinary(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === ORDINARY_ERROR;
}
