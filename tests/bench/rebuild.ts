import { type BenchLog, startGeneratedLog } from './bench-log.ts';
import { startPostgres } from './bench-postgres.ts';
import type { Benchmark, Measured } from './benchmark.ts';
import { copyAgain } from './copy-again.ts';
import type { Filled } from './fill-main.ts';
import { fillInProcess } from './fill-process.ts';
import { digits, perSecond, times } from './measure.ts';
import { foldingReadModels } from './postgres-read-models.ts';
import { bareReadAll, bareScan, type ReadTime } from './read-log.ts';

/** Embedding and its index take so much longer than folding that a shorter log is enough to tell. */
const shorter = 10;

/**
 * Rebuilds the read models in Postgres from one scan of a generated log, against the unmodified client reading the same
 * log and doing nothing with it, against the scan alone, and against COPY of the same rows out of files. With the
 * processor's time that each takes for an event, which tells more than the clock where others are at work as well.
 */
export const rebuild: Benchmark = async (_, { events }) => [
  ...(await onLog(events, async (log, postgresUrl, lineOf) => {
    const all = await fillInProcess(log, postgresUrl, foldingReadModels);
    const { rows, seconds } = await copyAgain(postgresUrl, log.blobFolder, all.generations);
    const list = await fillInProcess(log, postgresUrl, ['document-list']);
    return [
      {
        name: `COPY of the same ${rows} rows`,
        figure: perSecond(events / seconds, 'events'),
        ratio: perSecond(rows / seconds, 'rows'),
      },
      lineOf(allName, all, times(seconds / all.seconds, 'COPY of the same rows')),
      lineOf('Rebuild of document-list alone', list),
    ];
  })),
  ...(await onLog(Math.round(events / shorter), async (log, postgresUrl, lineOf) => [
    lineOf(allName, await fillInProcess(log, postgresUrl, foldingReadModels)),
    lineOf(
      'Rebuild of all, passage-vectors among them',
      await fillInProcess(log, postgresUrl, [...foldingReadModels, 'passage-vectors']),
    ),
  ])),
];

const allName = `Rebuild of ${foldingReadModels.length} read models from one scan`;

type LineOf = (name: string, filled: Filled, more?: string) => Measured;

/** Measures the reading of a log, and whatever else is to be measured against it. */
async function onLog(
  events: number,
  measure: (log: BenchLog, postgresUrl: string, lineOf: LineOf) => Promise<Measured[]>,
): Promise<Measured[]> {
  const log = await startGeneratedLog(events);
  const postgres = await startPostgres();
  try {
    const bare = await bareReadAll(log.url);
    const scan = await bareScan(log.url);
    const figure = ({ seconds, cpuSeconds }: ReadTime) =>
      `${perSecond(events / seconds, 'events')}, ${digits((cpuSeconds * 1e6) / events)} µs of the processor each`;
    const lineOf: LineOf = (name, filled, more) => ({
      name,
      figure: `${figure(filled)} (${digits(filled.seconds)} s; ${digits(filled.seconds + filled.finishSeconds)} s with indexes)`,
      ratio: [
        times(bare.seconds / filled.seconds, 'bare readAll'),
        times(scan.seconds / filled.seconds, 'the scan'),
        ...(more ? [more] : []),
      ].join(', '),
    });
    return [
      {
        name: `readAll, bare client, ${events} events`,
        figure: figure(bare),
        ratio: `the limit; read models in ${postgres.version}`,
      },
      {
        name: 'Scan alone, decoded',
        figure: figure(scan),
        ratio: times(bare.seconds / scan.seconds, 'bare readAll'),
      },
      ...(await measure(log, postgres.url, lineOf)),
    ];
  } finally {
    await postgres.stop();
    await log.stop();
  }
}
