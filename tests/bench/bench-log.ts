import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { connectEventStore } from '#platform/clients/eventstore';
import { createLogger } from '#platform/log';
import { startEngine } from './bench-engine.ts';
import { generateLog } from './generate-log.ts';
import { putGeneratedTexts } from './generated-texts.ts';

/** A generated log behind an engine that runs. Only to be read: it is kept for the next time. */
export type BenchLog = {
  readonly url: string;
  readonly blobFolder: string;
  readonly events: number;
  stop(): Promise<void>;
};

const seed = 1;
const log = createLogger('bench', 'warn');

/**
 * Starts an engine on a generated log, which is written the first time (a million events take minutes) and kept in the
 * system's folder for temporary files until the generator or the engine's storage changes.
 */
export async function startGeneratedLog(events: number): Promise<BenchLog> {
  const folder = join(tmpdir(), 'casefold-bench', `log-${seed}-${events}-${sourcesHash()}`);
  const blobFolder = join(folder, 'blobs');
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { url, stop } = await startEngine('eventstore', folder);
  try {
    if (!existsSync(complete)) {
      await putGeneratedTexts(await openFileBlobStore(blobFolder));
      const store = connectEventStore(url, eventRegistry, log);
      await generateLog(store, events, seed);
      await store.close();
      writeFileSync(complete, '');
    }
    return { url, blobFolder, events, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of whatever decides what is in the folder. */
function sourcesHash(): string {
  const hash = createHash('sha256');
  const storage = join(import.meta.dirname, '../../engines/eventstore/storage');
  for (const folder of [import.meta.dirname, storage]) {
    const sources = readdirSync(folder).filter((name) => folder === storage || name.startsWith('generate'));
    for (const name of sources.filter((each) => each.endsWith('.ts')).sort())
      hash.update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 12);
}
