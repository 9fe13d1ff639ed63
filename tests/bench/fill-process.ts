import type { BenchLog } from './bench-log.ts';
import type { Filled, FillRequest } from './fill-main.ts';
import { inProcess } from './in-process.ts';

/**
 * Makes and fills a generation of each read model as a rebuild does, from one scan of the log, in a process of its own.
 *
 * @param models names, as `postgresReadModel` knows them
 * @throws {Error} if one of them could not be filled; the process has said why
 */
export const fillInProcess = (
  { url, blobFolder }: Pick<BenchLog, 'url' | 'blobFolder'>,
  postgresUrl: string,
  models: readonly string[],
): Promise<Filled> =>
  inProcess<FillRequest, Filled>(new URL('./fill-main.ts', import.meta.url), {
    ...{ eventStoreUrl: url, postgresUrl, blobFolder, models },
  });
