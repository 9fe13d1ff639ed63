import { readFile } from 'node:fs/promises';
import { type SearchAnswer, searchAnswerSchema } from '#read-api/contract';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';
import type { Benchmark } from './benchmark.ts';
import { readDemoFiles } from './demo-run.ts';
import { digits, median, milliseconds, timed, times } from './measure.ts';
import { stagesAlone } from './stages-alone.ts';

/** A contract of ten pages and 44 passages. */
const tenPages = 'CURO Receivables Finance - Servicing Agreement (2020).pdf';
const query = 'servicing fee';
const rounds = 10;

/**
 * From the first byte of an upload until both words and vectors of the document are found, on an otherwise idle system.
 * Against the extraction and embedding of the same file alone; both have warmed up.
 */
export const uploadToSearchable: Benchmark = async () => {
  const file = (await readDemoFiles()).find(({ fileName }) => fileName === tenPages);
  if (!file) throw new Error(`The demo case has no "${tenPages}" any more; name another file of ten pages.`);
  const bytes = await readFile(file.path);
  const product = await startProduct();
  try {
    const { caseId } = await product.openCase('Uploads');
    const seconds: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      // What follows the end of a PDF is no part of it, and makes it another document.
      const content = Buffer.concat([bytes, Buffer.from(`\n% copy ${round}\n`)]);
      const upload = await timed(() =>
        untilSearchable(product, caseId, { fileName: `${round}.pdf`, content }),
      );
      if (round > 0) seconds.push(upload.seconds);
      await product.caughtUp();
    }
    const alone: number[] = [];
    for (let round = 0; round <= 3; round++) {
      const { extraction, embedding } = await stagesAlone(file.path, tenPages);
      if (round > 0) alone.push(extraction + embedding);
    }
    return [
      {
        name: 'Upload to searchable, ten-page PDF, median',
        figure: `${digits(median(seconds))} s`,
        ratio: times(
          median(seconds) / median(alone),
          `extraction and embedding alone (${milliseconds(median(alone) * 1000)})`,
        ),
      },
    ];
  } finally {
    await product.stop();
  }
};

async function untilSearchable(
  product: Product,
  caseId: string,
  file: { fileName: string; content: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const { documentId } = await product.upload(caseId, [file]);
  const search = (mode: SearchAnswer['mode']) =>
    product.json(
      searchAnswerSchema,
      `/api/search?${new URLSearchParams({ q: query, caseId, documentId, mode })}`,
    );
  const found = async () => {
    const { hits } = await search('hybrid');
    return hits.some(({ parts }) => parts.text) && hits.some(({ parts }) => parts.vector);
  };
  await until(`${file.fileName} is found`, found, { intervalMs: 20 });
}
