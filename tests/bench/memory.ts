import { execFileSync } from 'node:child_process';
import { until } from '../support/until.ts';
import type { Benchmark } from './benchmark.ts';
import { digits } from './measure.ts';

const settledMs = 5000;

/** Resident memory of each process after the demo ingest, once it has stopped to change. */
export const memory: Benchmark = async (demo) => {
  const { product } = await demo.loaded();
  await product.caughtUp();
  const pids = new Map([['Casefold', product.pid], ...product.engines()]);
  const read = () => [...pids].map(([name, pid]) => ({ name, megabytes: residentMegabytes(pid) }));
  const sum = (sizes: ReturnType<typeof read>) => sizes.reduce((total, size) => total + size.megabytes, 0);
  let last = Number.POSITIVE_INFINITY;
  const sizes = await until(
    'the memory has settled',
    () => {
      const now = read();
      const settled = Math.abs(sum(now) - last) < last / 100;
      last = sum(now);
      return settled && now;
    },
    { intervalMs: settledMs },
  );
  return sizes.map(({ name, megabytes }) => ({
    name: `Memory after the demo ingest, ${name}`,
    figure: `${digits(megabytes)} MB`,
    ratio: `${digits((100 * megabytes) / sum(sizes))} % of ${digits(sum(sizes))} MB`,
  }));
};

/** `ps` tells kibibytes. */
const residentMegabytes = (pid: number) =>
  (Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024) / 1e6;
