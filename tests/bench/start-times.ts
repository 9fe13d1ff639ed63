import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addressFile } from '#cli/address-file';
import { buildWeb, isWebBuilt } from '#cli/web-build';
import { newDataFolder } from '../support/product.ts';
import { until } from '../support/until.ts';
import { engineNames, startEngine } from './bench-engine.ts';
import type { Benchmark } from './benchmark.ts';
import { digits, timed, times } from './measure.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/**
 * From the command until `/health` says ok, with every role and the web built: on an empty data folder, and again on
 * the demo case. Against Node starting to do nothing, and with the time each engine takes alone.
 */
export const startTimes: Benchmark = async (demo) => {
  if (!isWebBuilt()) await buildWeb();
  await demo.loaded();
  const warmFolder = await demo.stop();
  const coldFolder = newDataFolder();
  const bare = (await timed(() => once(spawn(process.execPath, ['-e', '0']), 'exit'))).seconds;
  const cold = await startSeconds(coldFolder);
  const warm = await startSeconds(warmFolder);
  const engines = async (folder: () => string) => {
    const parts: string[] = [];
    for (const name of engineNames) {
      const { result, seconds } = await timed(() => startEngine(name, folder()));
      await result.stop();
      parts.push(`${name} ${digits(seconds)} s`);
    }
    return parts.join(', ');
  };
  return [
    {
      name: 'Start, cold (empty folder)',
      figure: `${digits(cold)} s`,
      ratio: `${times(cold / bare, 'a bare node')}; engines alone: ${await engines(newDataFolder)}`,
    },
    {
      name: 'Start, warm (demo case)',
      figure: `${digits(warm)} s`,
      ratio: `${times(warm / cold, 'cold')}; engines alone: ${await engines(() => warmFolder)}`,
    },
  ];
};

async function startSeconds(folder: string): Promise<number> {
  const { result: child, seconds } = await timed(async () => {
    const started = spawn(process.execPath, [main, 'up', '--port', '0', '--data', folder], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, CASEFOLD_LOG_LEVEL: 'warn' },
      stdio: 'ignore',
    });
    const isHealthy = async () => {
      if (started.exitCode !== null) throw new Error(`Casefold ended with ${started.exitCode}.`);
      const file = addressFile(folder);
      return existsSync(file) && (await fetch(new URL('/health', readFileSync(file, 'utf8').trim()))).ok;
    };
    await until('Casefold is healthy', isHealthy, { intervalMs: 20 });
    return started;
  });
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return seconds;
}
