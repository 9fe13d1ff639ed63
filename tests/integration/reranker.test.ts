import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchAnswerSchema } from '#read-api/contract';
import { documentsReady } from '../support/documents-ready.ts';
import { type Product, startProduct } from '../support/product.ts';
import { startRerankerServer } from '../support/reranker-server.ts';
import { runCli } from '../support/run-cli.ts';

let server: Awaited<ReturnType<typeof startRerankerServer>>;
let casefold: Product;
let caseId: string;

beforeAll(async () => {
  server = await startRerankerServer({ prefers: 'lighthouse' });
  casefold = await startProduct({ settings: { RERANKER_URL: server.url, RERANKER_MODEL: 'cross-test' } });
  ({ caseId } = await casefold.openCase('Harbour'));
  for (const [fileName, content] of [
    ['rent.txt', 'The rent of the warehouse is the rent that the warehouse pays.'],
    ['lease.txt', 'The lease of the warehouse ends in May, and the rent with it.'],
    ['light.txt', 'The keeper of the lighthouse pays a small rent to the harbour.'],
  ] as const) {
    await casefold.upload(caseId, [{ fileName, content, type: 'text/plain' }]);
  }
  await documentsReady(casefold, caseId, 3);
});
afterAll(async () => {
  await casefold?.stop();
  await server?.close();
});

const search = (mode: 'hybrid' | 'vector' | 'text') =>
  casefold.json(
    searchAnswerSchema,
    `/api/search?${new URLSearchParams({ q: 'rent of the warehouse', mode, caseId })}`,
  );
const names = ({ hits }: Awaited<ReturnType<typeof search>>) => hits.map(({ fileName }) => fileName);

test('what both rankings found is put in order by the reranker, and the answer says by which', async () => {
  const answer = await search('hybrid');
  expect(answer).toMatchObject({ reranker: 'cross-test', hits: [{ fileName: 'light.txt' }, {}, {}] });
  expect(answer.hits[0]?.parts.reranker).toEqual({ rank: 1, score: 103 });
  expect(answer.withoutReranker).toBeUndefined();
  const calls = server.calls.length;
  expect(names(await search('text'))[0]).not.toBe('light.txt');
  expect((await search('vector')).reranker).toBeUndefined();
  expect(server.calls).toHaveLength(calls);
});

test('doctor names it', async () => {
  const { stdout } = await runCli(['doctor', '--data', casefold.folder]);
  expect(stdout).toMatch(/✓ Reranker +RERANKER_URL +cross-test, answer \d/);
});

test('while it is away a search is in the order that there was, and says why', async () => {
  server.behaves({ status: 503, body: 'loading the model' });
  const answer = await search('hybrid');
  expect(answer.withoutReranker).toMatch(/answered 503: loading the model/);
  expect(answer.reranker).toBeUndefined();
  expect(names(answer)[0]).not.toBe('light.txt');
  const { stdout } = await runCli(['doctor', '--data', casefold.folder]);
  expect(stdout).toMatch(/✗ Reranker +RERANKER_URL .*answered 503/);
  server.behaves('answers');
  expect((await search('hybrid')).reranker).toBe('cross-test');
});
