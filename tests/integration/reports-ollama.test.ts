import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { requestedReportSchema } from '#commands/contract';
import type { BehaviourEntry } from '#domain/behaviour/events';
import { historySchema, insightListSchema, jobSchema, reportViewSchema } from '#read-api/contract';
import { documentsReady } from '../support/documents-ready.ts';
import { type OllamaServer, startOllamaServer } from '../support/ollama-server.ts';
import { newDataFolder, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

/** Reports and insights through the real Ollama client, against a server that speaks its HTTP API and fails as it does. */
const journey = 'tells its journey so far';
const advice = 'You advise those who work on a legal case what to do next';
const summary = 'You write the executive summary';
const behaviour = 'You help a person who works on a case of documents';

const folder = newDataFolder();
let ollama: OllamaServer;
let casefold: Product;
let caseId: string;
const start = () => startProduct({ folder, settings: { OLLAMA_URL: ollama.url } });

beforeAll(async () => {
  ollama = await startOllamaServer();
  casefold = await start();
  ({ caseId } = await casefold.openCase('The mill'));
  const lease = 'This lease of the mill begins on 1 June 2016. Eleanor Marsh is the landlord of the mill.';
  for (const name of ['lease', 'letter', 'notice', 'invoice'])
    await casefold.upload(caseId, [{ fileName: `${name}.txt`, content: `${lease} A ${name} of 2016.` }]);
  await documentsReady(casefold, caseId, 4);
});
beforeEach(() => {
  ollama.when(journey, {
    claims: [
      { text: 'Four documents came in.', on: [1] },
      { text: 'Made up.', on: [999] },
    ],
  });
  ollama.when(advice, {
    recommendations: [1, 2, 3].map((on) => ({
      title: `Do ${on}`,
      reason: 'The facts call for it.',
      on: [on],
    })),
  });
  ollama.when(summary, { title: 'The mill', summary: [{ text: 'A case of a lease.', on: [1] }] });
});
afterAll(async () => {
  await casefold?.stop();
  await ollama?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The same facts are told alike, and answered from the cache of results: a search is a fact that is new. */
let searches = 0;
async function generate(): Promise<string> {
  await casefold.request(`/api/search?q=mill+${++searches}&caseId=${caseId}`);
  await until('the search is in the timeline', async () =>
    JSON.stringify(await eventsOf('BehaviourRecorded')).includes(`mill ${searches}`),
  );
  const json = { caseId };
  return (await casefold.json(requestedReportSchema, '/api/ai/generate-report', { json })).reportId;
}
const jobOf = (jobId: string) => casefold.json(jobSchema, `/api/jobs/status/${jobId}`);
const over = (jobId: string) =>
  until('the report is over', async () => {
    const job = await jobOf(jobId);
    return (job.stage === 'ready' || job.stage === 'failed') && job;
  });
const eventsOf = async (type: string) =>
  (await casefold.json(historySchema, `/api/cases/${caseId}/history?type=${type}&limit=200`)).items;
const reportOf = async (reportId: string) =>
  casefold.json(reportViewSchema, `/api/reports/${reportId}`, {
    position: (await jobOf(reportId)).lastPosition,
  });

test('a report is written by the model, and what rests on nothing it was given is left out', async () => {
  const reportId = await generate();
  expect(await over(reportId)).toMatchObject({ stage: 'ready' });
  const view = await reportOf(reportId);
  const said = JSON.stringify(view);
  expect(said).toContain('Four documents came in.');
  expect(said).toContain('A case of a lease.');
  expect(said).not.toContain('Made up.');
  expect(said).toContain('"gemma3-legal"');
  expect(said).toContain('"recommend-strategy"');
});

test('a step of no use fails the report, and says of which step; nothing of it is kept', async () => {
  ollama.when(advice, { recommendations: [{ title: 'Win', reason: 'Because.', on: [999] }] });
  const reportId = await generate();
  expect(await over(reportId)).toMatchObject({
    stage: 'failed',
    error: { stage: 'recommending', reason: 'invalid-output' },
  });
  expect(JSON.stringify(await reportOf(reportId))).not.toContain('Win');
});

test('while Ollama is down the report waits and says so, and is written when it is back', async () => {
  await ollama.goDown();
  const reportId = await generate();
  await expect.poll(() => jobOf(reportId)).toMatchObject({ stage: 'summarising', waiting: true });
  await ollama.comeBack();
  expect(await over(reportId)).toMatchObject({ stage: 'ready' });
});

test('killed while the model writes, it is written after the next start, each step once', async () => {
  ollama.fail('stalls', { path: '/api/generate' });
  const before = ollama.asked().length;
  const reportId = await generate();
  await until('the model is at work', () => ollama.asked().length > before);
  await casefold.kill();
  ollama.mend();
  casefold = await start();
  expect(await over(reportId)).toMatchObject({ stage: 'ready' });
  await casefold.caughtUp();
  for (const type of ['JourneySummarised', 'RecommendationsFormulated', 'ReportCompleted']) {
    const events = (await eventsOf(type)).filter(({ data }) => data.reportId === reportId);
    expect(events, type).toHaveLength(1);
  }
});

test('what a person did is judged by the model, and only what there is can be advised', async () => {
  const actions = [1, 2, 3].map((option) => ({ option, reason: 'They look for the rent.' }));
  ollama.when(behaviour, { intent: 'Looks for the rent.', state: 'stuck', actions, notification: null });
  const now = Date.now();
  const events = Array.from(
    { length: 13 },
    (_, index): BehaviourEntry => ({
      action: 'searched',
      query: `rent ${index}`,
      caseId,
      occurredAt: new Date(now - (13 - index) * 20_000).toISOString(),
    }),
  );
  expect((await casefold.request('/api/behaviour', { method: 'POST', json: { events } })).status).toBe(202);
  const insight = await until('there is an insight', async () => {
    const { items } = await casefold.json(insightListSchema, '/api/insights');
    return items.find(({ intent }) => intent === 'Looks for the rent.');
  });
  expect(insight).toMatchObject({
    state: 'stuck',
    provenance: { model: { kind: 'ollama' }, prompt: { id: 'analyse-behaviour', version: '1' } },
  });
  expect(insight.nextBestActions).toHaveLength(3);
});
