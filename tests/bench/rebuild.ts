import { startGeneratedLog } from './bench-log.ts';
import { startPostgres } from './bench-postgres.ts';
import type { Benchmark, Measured } from './benchmark.ts';
import { type CopiedAgain, copyAgain } from './copy-again.ts';
import type { Filled } from './fill-main.ts';
import { fillInProcess } from './fill-process.ts';
import { digits, perSecond, times } from './measure.ts';
import { foldingReadModels } from './postgres-read-models.ts';
import { bareReadAllSeconds, bareScanSeconds } from './read-log.ts';

/**
 * Rebuilds the read models in Postgres from one scan of a generated log, against the unmodified client reading the same
 * log and doing nothing with it, against the scan alone, and against COPY of the same rows out of files.
 */
export const rebuild: Benchmark = async (_, { events }) => {
  const log = await startGeneratedLog(events);
  const postgres = await startPostgres();
  try {
    const bare = events / (await bareReadAllSeconds(log.url));
    const scan = events / (await bareScanSeconds(log.url));
    const all = await fillInProcess(log, postgres.url, foldingReadModels);
    const copied = await copyAgain(postgres.url, log.blobFolder, all.generations);
    const limits: Limits = { events, bare, scan, copied };
    const lines: Measured[] = [
      {
        name: `readAll, bare client, ${events} events`,
        figure: perSecond(bare, 'events'),
        ratio: 'the limit',
      },
      {
        name: 'Scan alone, decoded',
        figure: perSecond(scan, 'events'),
        ratio: times(scan / bare, 'bare readAll'),
      },
      {
        name: `COPY of the same ${copied.rows} rows, ${postgres.version}`,
        figure: perSecond(events / copied.seconds, 'events'),
        ratio: `${perSecond(copied.rows / copied.seconds, 'rows')}`,
      },
      line(`Rebuild of ${foldingReadModels.length} read models from one scan`, all, limits),
    ];
    const list = await fillInProcess(log, postgres.url, ['document-list']);
    lines.push(line('Rebuild of document-list alone', list, limits));
    const vectors = await fillInProcess(log, postgres.url, [...foldingReadModels, 'passage-vectors']);
    lines.push(line('Rebuild of all, passage-vectors among them', vectors, limits));
    return lines;
  } finally {
    await postgres.stop();
    await log.stop();
  }
};

type Limits = {
  readonly events: number;
  readonly bare: number;
  readonly scan: number;
  readonly copied: CopiedAgain;
};

function line(name: string, filled: Filled, { events, bare, scan, copied }: Limits): Measured {
  const rate = events / filled.seconds;
  const whole = digits(filled.seconds + filled.finishSeconds);
  const busy = digits((100 * filled.cpuSeconds) / filled.seconds);
  return {
    name,
    figure: `${perSecond(rate, 'events')} (${digits(filled.seconds)} s, ${whole} s with indexes; its process ${busy} % busy)`,
    ratio: [
      times(rate / bare, 'bare readAll'),
      times(rate / scan, 'the scan'),
      times(copied.seconds / filled.seconds, 'COPY of all rows'),
    ].join(', '),
  };
}
