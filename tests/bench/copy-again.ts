import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from, to } from 'pg-copy-streams';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { connectPostgres } from '#platform/clients/postgres';
import { createLogger } from '#platform/log';
import { createCopyEncoder } from '#projections/runner/postgres/copy-encoder';
import { generationSchema } from '#projections/runner/postgres/names';
import { postgresStore } from '#projections/runner/postgres/store';
import { partTables } from '#projections/runner/postgres/tables';
import { timed } from './measure.ts';
import { postgresReadModel } from './postgres-read-models.ts';

export type CopiedAgain = { readonly rows: number; readonly seconds: number };

/**
 * Copies the rows of generations into empty tables of the same kind, out of files: what the server takes for the rows
 * alone, whoever made them. All read models at the same time, as they are filled.
 */
export async function copyAgain(
  postgresUrl: string,
  blobFolder: string,
  generations: Readonly<Record<string, number>>,
): Promise<CopiedAgain> {
  const { db, pool, close } = connectPostgres(postgresUrl, createLogger('copy', 'warn'));
  const blobs = await openFileBlobStore(blobFolder);
  const folder = mkdtempSync(join(tmpdir(), 'casefold-copy-'));
  const copied = await Promise.all(
    Object.entries(generations).map(async ([name, generation]) => {
      const model = postgresReadModel(name, blobs);
      const store = postgresStore(db, pool, model);
      const other = await store.create({ version: model.version, state: 'building', partitions: 1 });
      const tables = partTables(model, generation).all.map(({ part, columns }) => ({
        ...{ name: part.name, file: join(folder, `${name} ${part.name}`) },
        columns: createCopyEncoder(columns).columnList,
      }));
      return { name, generation, other: other.generation, tables };
    }),
  );
  const nameOf = (name: string, generation: number, table: string) =>
    `"${generationSchema(name, generation)}"."${table}"`;

  let rows = 0;
  async function copyOut({ name, generation, tables }: (typeof copied)[number]): Promise<void> {
    const client = await pool.connect();
    for (const table of tables) {
      const place = `${nameOf(name, generation, table.name)} (${table.columns})`;
      const out = client.query(to(`COPY ${place} TO STDOUT (FORMAT binary)`));
      await pipeline(out, createWriteStream(table.file));
      rows += out.rowCount;
    }
    client.release();
  }

  async function copyIn({ name, other, tables }: (typeof copied)[number]): Promise<void> {
    const client = await pool.connect();
    for (const table of tables) {
      const place = `${nameOf(name, other, table.name)} (${table.columns})`;
      const copy = client.query(from(`COPY ${place} FROM STDIN (FORMAT binary)`));
      await pipeline(createReadStream(table.file, { highWaterMark: 1 << 20 }), copy);
    }
    client.release();
  }

  try {
    await Promise.all(copied.map(copyOut));
    const { seconds } = await timed(() => Promise.all(copied.map(copyIn)));
    return { rows, seconds };
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}
