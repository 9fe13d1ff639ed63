import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentDetailSchema, searchAnswerSchema } from '#read-api/contract';
import { type OllamaServer, startOllamaServer } from '../support/ollama-server.ts';
import { type Product, startProduct } from '../support/product.ts';
import { runCli } from '../support/run-cli.ts';
import { until } from '../support/until.ts';

let ollama: OllamaServer;
let casefold: Product;
let caseId: string;

beforeAll(async () => {
  ollama = await startOllamaServer();
  casefold = await startProduct({ settings: { OLLAMA_URL: ollama.url } });
  ({ caseId } = await casefold.openCase('Warehouse'));
});
afterAll(async () => {
  await casefold?.stop();
  await ollama?.close();
});

const add = (fileName: string, content: string) =>
  casefold.upload(caseId, [{ fileName, content, type: 'text/plain' }]);
const document = (documentId: string) => casefold.json(documentDetailSchema, `/api/documents/${documentId}`);
const stageOf = async (documentId: string) => (await document(documentId)).stage;
const search = (q: string, mode: 'hybrid' | 'vector' | 'text', position?: string) =>
  casefold.json(searchAnswerSchema, `/api/search?${new URLSearchParams({ q, mode, caseId })}`, {
    ...(position && { position }),
  });
const embedded = () =>
  ollama.requests.filter(({ path }) => path === '/api/embed').flatMap(({ body }) => body.input);

test('documents and queries are embedded by the model of the server, each with its own prefix', async () => {
  const { documentId: id } = await add(
    'lease.txt',
    'The tenant pays the rent for the warehouse on the first day of each month.',
  );
  await until('the document is ready', async () => (await stageOf(id)) === 'ready');
  const { model, hits } = await search('rent of a warehouse', 'vector');
  expect(model).toBe('nomic-embed-text@latest');
  expect(hits.map(({ documentId }) => documentId)).toEqual([id]);
  expect(embedded()).toContainEqual(expect.stringMatching(/^search_document: .*The tenant pays/s));
  expect(embedded()).toContain('search_query: rent of a warehouse');
});

test('while it is away uploads and search go on, what needs it waits, and goes on when it is back', async () => {
  await ollama.goDown();
  const { documentId: id, position } = await add(
    'loan.txt',
    'The bank lends the warehouse keeper money at a rate of five percent.',
  );
  // Found by its words before any vector of it is made.
  await until('found by its words', async () => (await search('bank lends', 'text')).hits.length === 1);
  // As a browser asks that has just uploaded.
  const both = await search('bank lends', 'hybrid', position);
  expect(both.hits.map(({ documentId }) => documentId)).toEqual([id]);
  expect(both.withoutVectors).toMatch(/Ollama at http\S+ cannot be reached \(ECONNREFUSED\)/);
  expect(both.model).toBeUndefined();
  const byMeaning = await casefold.request(`/api/search?q=money&mode=vector&caseId=${caseId}`);
  expect(byMeaning.status).toBe(503);
  expect(await byMeaning.json()).toMatchObject({ detail: expect.stringMatching(/"ollama serve"/) });

  const projection = await until('the projection says what it waits for', async () => {
    const { stdout } = await runCli(['projections', 'show', 'passage-vectors', '--data', casefold.folder]);
    return stdout.includes('cannot be reached') && stdout;
  });
  expect(projection).toMatch(/retrying/);
  expect(['analysing', 'linking']).toContain(await stageOf(id));

  const { code, stdout } = await runCli(['doctor', '--data', casefold.folder]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ Models +OLLAMA_URL .*cannot be reached/);

  await ollama.comeBack();
  await until('the document is ready', async () => (await stageOf(id)) === 'ready');
  expect((await search('bank lends', 'hybrid')).withoutVectors).toBeUndefined();
  // Nothing was parked, and nothing failed on the way.
  const parked = await runCli(['projections', 'parked', '--data', casefold.folder]);
  expect(parked.stdout).toContain('Nothing is parked.');
});

test('doctor names the server and its models', async () => {
  const { code, stdout } = await runCli(['doctor', '--data', casefold.folder]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /✓ Models +OLLAMA_URL +Ollama \S+, writes: gemma3-legal:latest \(\w{12}\), embeds: nomic/,
  );
});
