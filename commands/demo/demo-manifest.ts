import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

const manifestSchema = z.object({
  name: z.string(),
  documents: z.array(z.object({ file: z.string(), mediaType: z.string().optional() })).min(1),
});

export type DemoFile = {
  readonly path: string;
  readonly fileName: string;
  readonly sha256: string;
  readonly size: number;
};
export type DemoManifest = { readonly name: string; readonly files: readonly DemoFile[] };

/** The demo case as it lies in a folder: `case.json` and the files it names, with their hashes. */
export async function readDemoManifest(folder: string): Promise<DemoManifest> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'case.json'), 'utf8')));
  const files = await Promise.all(
    manifest.documents.map(async ({ file }) => {
      const path = join(folder, file);
      const hash = createHash('sha256');
      await pipeline(createReadStream(path), hash);
      return { path, fileName: file, sha256: hash.digest('hex'), size: (await stat(path)).size };
    }),
  );
  return { name: manifest.name, files };
}
