import { fileURLToPath } from 'node:url';
import { demoStatusSchema } from '#commands/contract';
import { type DemoFile, readDemoManifest } from '#commands/demo/demo-manifest';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';
import { timed } from './measure.ts';

export type LoadedDemo = {
  readonly product: Product;
  readonly files: readonly DemoFile[];
  readonly caseId: string;
  /** How long the ingest took: from the request to the last document ready. */
  readonly seconds: number;
};

/** The demo case, ingested once for all the benchmarks that need it. */
export type DemoRun = {
  loaded(): Promise<LoadedDemo>;
  /** Stops the product, if it was started, and leaves its data. @returns the data folder */
  stop(): Promise<string>;
};

/** The demo case as it ships. */
export const readDemoFiles = async () =>
  (await readDemoManifest(fileURLToPath(new URL('../../samples/demo-case', import.meta.url)))).files;

export function createDemoRun(): DemoRun {
  const folder = newDataFolder();
  let running: Promise<LoadedDemo> | undefined;
  return {
    loaded: () => (running ??= load(folder)),
    async stop() {
      await (await running)?.product.stop();
      running = undefined;
      return folder;
    },
  };
}

async function load(folder: string): Promise<LoadedDemo> {
  const product = await startProduct({ folder });
  const { result, seconds } = await timed(async () => {
    await product.json(demoStatusSchema, '/api/demo', { method: 'POST' });
    return until(
      'the demo case is loaded',
      async () => {
        const status = await product.json(demoStatusSchema, '/api/demo');
        return status.state === 'loaded' && status;
      },
      { timeoutMs: 15 * 60_000, intervalMs: 100 },
    );
  });
  if (result.failed > 0) throw new Error(`${result.failed} documents of the demo case failed.`);
  await product.caughtUp();
  return { product, files: await readDemoFiles(), caseId: result.caseId, seconds };
}
