import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestedReportSchema } from '#commands/contract';
import { rebuildsRequestedSchema } from '#commands/contract-projections';
import { historySchema, jobSchema, projectionDetailSchema } from '#read-api/contract';
import { documentsReady } from '../support/documents-ready.ts';
import { type OllamaServer, startOllamaServer } from '../support/ollama-server.ts';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { answerTo } from '../support/questions.ts';
import { until } from '../support/until.ts';

/** What models said is read from the log, however often the log is read: replay asks none of them again. */
const lease =
  'This lease of the mill begins on 1 June 2016 and ends on 31 May 2021. The tenant Tobias Quill pays £1,200 each month.';
const answer = {
  found: true,
  sentences: [{ text: 'On 31 May 2021.', citations: [{ passage: 1, quote: 'ends on 31 May 2021' }] }],
};

const folder = newDataFolder();
let ollama: OllamaServer;
let casefold: Product;
let caseId: string;

const start = () => startProduct({ folder, settings: { OLLAMA_URL: ollama.url } });
/** Vectors are derived data and made anew; anything that was written is not. */
const written = () => ollama.requests.filter(({ path }) => /generate|chat/.test(path)).length;
const history = () =>
  casefold.json(historySchema, `/api/cases/${caseId}/history?limit=200`).then(({ items }) => items);

beforeAll(async () => {
  ollama = await startOllamaServer();
  ollama.when('You answer questions about the documents of a legal case', answer);
  casefold = await start();
  ({ caseId } = await casefold.openCase('The mill'));
  const { documents } = await casefold.upload(caseId, [
    { fileName: 'lease.txt', content: lease },
    { fileName: 'copy.txt', content: `${lease} It was copied in 2020.` },
  ]);
  await documentsReady(casefold, caseId, documents.length);
  expect(await answerTo(casefold, { caseId, question: 'When does the lease end?' })).toMatchObject({
    outcome: 'answered',
  });
  const { jobId } = await casefold.json(requestedReportSchema, '/api/ai/generate-report', {
    json: { caseId },
  });
  await until('the report is over, one way or the other', async () => {
    const { stage } = await casefold.json(jobSchema, `/api/jobs/status/${jobId}`);
    return stage === 'ready' || stage === 'failed';
  });
  await casefold.request(`/api/documents/${documents[0]?.documentId}/like`, { method: 'POST' });
  await until('what follows from the like is recommended', async () =>
    (await history()).some(({ type }) => type === 'RecommendationsGenerated'),
  );
  await casefold.caughtUp();
});
afterAll(async () => {
  await casefold?.stop();
  await ollama?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a rebuild of everything asks no model to write, and says the same', async () => {
  const before = { written: written(), history: await history() };
  expect(before.written).toBeGreaterThan(0);
  const { rebuilds, refused } = await casefold.json(rebuildsRequestedSchema, '/api/projections/rebuild', {
    json: {},
  });
  expect(refused).toEqual([]);
  for (const { projection, rebuildId } of rebuilds) {
    await until(`${projection} is rebuilt and live`, async () => {
      const { decided } = await casefold.json(projectionDetailSchema, `/api/projections/${projection}`);
      return decided.rebuild?.rebuildId === rebuildId && decided.rebuild.status === 'switched';
    });
  }
  expect({ written: written(), history: await history() }).toEqual(before);
});

test('a start without read models fills them from the log, and asks no model to write', async () => {
  const before = { written: written(), history: await history() };
  await casefold.stop();
  for (const store of ['postgres', 'graph', 'cache.sqlite', 'cache.sqlite-wal', 'cache.sqlite-shm'])
    rmSync(join(folder, store), { recursive: true, force: true });
  casefold = await start();
  await casefold.caughtUp();
  expect(await history()).toEqual(before.history);
  expect(written()).toBe(before.written);
});
