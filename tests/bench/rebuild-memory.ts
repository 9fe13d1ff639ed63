import { startGeneratedLog } from './bench-log.ts';
import { startPostgres } from './bench-postgres.ts';
import type { Benchmark } from './benchmark.ts';
import type { Filled } from './fill-main.ts';
import { fillInProcess } from './fill-process.ts';
import { digits, times } from './measure.ts';
import { foldingReadModels } from './postgres-read-models.ts';

const growth = 10;

/**
 * The most memory that the process of a rebuild takes, on a log and on one ten times as long: a ratio of one is a rebuild
 * that any log fits through.
 */
export const rebuildMemory: Benchmark = async (_, { events }) => {
  const small = await peakOf(Math.round(events / growth));
  const large = await peakOf(events);
  const ratio = (of: (peak: Filled['peak']) => number) => of(large) / of(small);
  const megabytes = (bytes: number) => `${digits(bytes / 1e6)} MB`;
  return [
    {
      name: `Memory of a rebuild of ${foldingReadModels.length} read models, ${events} events`,
      figure: `${megabytes(large.residentBytes)} resident, ${megabytes(large.heapBytes)} of it JavaScript's heap, at the most`,
      ratio: `${times(
        ratio(({ residentBytes }) => residentBytes),
        `a tenth of the log (${megabytes(small.residentBytes)})`,
      )}; heap ${times(
        ratio(({ heapBytes }) => heapBytes),
        `its (${megabytes(small.heapBytes)})`,
      )}`,
    },
  ];
};

async function peakOf(events: number): Promise<Filled['peak']> {
  const log = await startGeneratedLog(events);
  const postgres = await startPostgres();
  try {
    return (await fillInProcess(log, postgres.url, foldingReadModels)).peak;
  } finally {
    await postgres.stop();
    await log.stop();
  }
}
