/** Fills generations as a rebuild does, in a process of its own, whose memory is then that of the rebuild alone. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchLog } from './bench-log.ts';
import type { Filled, FillRequest } from './fill-main.ts';

const main = fileURLToPath(new URL('./fill-main.ts', import.meta.url));

/**
 * Makes and fills a generation of each read model, from one scan of the log.
 *
 * @param models names, as `postgresReadModel` knows them
 * @throws {Error} if one of them could not be filled; the process has said why
 */
export async function fillInProcess(
  { url, blobFolder }: Pick<BenchLog, 'url' | 'blobFolder'>,
  postgresUrl: string,
  models: readonly string[],
): Promise<Filled> {
  const request: FillRequest = { eventStoreUrl: url, postgresUrl, blobFolder, models };
  const child = fork(main, [JSON.stringify(request)]);
  let filled: Filled | undefined;
  child.once('message', (message) => {
    filled = message as Filled;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0 || !filled)
    throw new Error(`The process that fills ${models.join(', ')} ended with ${code}.`);
  return filled;
}
