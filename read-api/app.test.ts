import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { hc } from 'hono/client';
import neo4j from 'neo4j-driver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { createMemoryBus } from '#engines/bus/memory-bus';
import { openSqliteReadCache } from '#engines/cache/sqlite-read-cache';
import { connectEventStore } from '#platform/clients/eventstore';
import { connectPostgres } from '#platform/clients/postgres';
import type { ActorEnv } from '#platform/http/actor';
import { createLogger } from '#platform/log';
import { createPositionWaiter } from '#platform/position-waiter';
import { createReadApi, type ReadApi } from './app.ts';
import { createPassingProgress } from './passing-progress.ts';
import { createProjectionBoard } from './projection-board.ts';

const folder = mkdtempSync(join(tmpdir(), 'casefold-read-api-'));
const log = createLogger('test', 'silent');
/** A port that nothing listens on. */
const nowhere = '127.0.0.1:9';
const operationSchema = z.object({
  parameters: z.array(z.object({ name: z.string() })).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const openApiSchema = z.object({ paths: z.record(z.string(), z.object({ get: operationSchema })) });
let app: Hono<ActorEnv>;
let api: ReadApi;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  const bus = createMemoryBus({ onError: (error) => expect.unreachable(String(error)) });
  const cache = openSqliteReadCache({ file: ':memory:' });
  const postgres = connectPostgres(`postgres://casefold@${nowhere}/postgres`, log);
  const store = connectEventStore(`esdb://${nowhere}?tls=false`, {}, log);
  const graph = neo4j.driver(`bolt://${nowhere}`);
  closers.push(
    () => postgres.close(),
    () => store.close(),
    () => graph.close(),
    () => cache.close(),
    () => bus.close(),
  );
  app = new Hono<ActorEnv>();
  app.use(async (c, next) => {
    c.set('actor', { kind: 'person', id: 'owner' });
    await next();
  });
  api = createReadApi({
    db: postgres.db,
    graph,
    cache,
    blobs: await openFileBlobStore(folder),
    positions: await createPositionWaiter(bus),
    progress: await createPassingProgress(bus, log),
    gate: async () => 'modelQueue',
    tierOf: async () => 'pro',
    searchesWeb: false,
    embedQuery: async () => ({ vector: new Float32Array(3), model: 'none' }),
    graphWeights: { semantic: 0.6, pageRank: 0.3, social: 0.1 },
    recordRead: () => {},
    projections: {
      board: await createProjectionBoard(bus, log),
      projections: [{ name: 'document-list', parts: ['document'] }],
      store,
      listParked: async () => [],
      findLineage: async () => undefined,
    },
    log,
  });
  app.route('/', api);
});
afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
});

test('a typed client knows the routes and what they answer', async () => {
  const client = hc<ReadApi>('http://casefold', { fetch: app.request });
  const me = await client.api.me.$get();
  expect(await me.json()).toEqual({ userId: 'owner', name: 'Owner', tier: 'pro', searchesWeb: false });
  const { unheard } = await (await client.api.projections.$get()).json();
  expect(unheard).toEqual(['document-list']);
  const search: Parameters<(typeof client.api.search)['$get']>[0] = { query: { q: 'x', mode: 'text' } };
  expect(search.query.q).toBe('x');
});

test('the OpenAPI document names every route and its problems', async () => {
  const info = { title: 'Casefold', version: '1' };
  const document = openApiSchema.parse(api.getOpenAPI31Document({ openapi: '3.1.0', info }));
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/api/ai/graph-search',
    '/api/ai/vector-search',
    '/api/cases',
    '/api/cases/{caseId}',
    '/api/cases/{caseId}/documents',
    '/api/cases/{caseId}/entities',
    '/api/cases/{caseId}/entities/duplicates',
    '/api/cases/{caseId}/entities/{entityId}',
    '/api/cases/{caseId}/history',
    '/api/cases/{caseId}/metrics',
    '/api/cases/{caseId}/questions',
    '/api/cases/{caseId}/reports',
    '/api/documents/{documentId}',
    '/api/documents/{documentId}/content',
    '/api/documents/{documentId}/entities',
    '/api/documents/{documentId}/history',
    '/api/documents/{documentId}/similar',
    '/api/documents/{documentId}/text',
    '/api/insights',
    '/api/jobs/status/{jobId}',
    '/api/me',
    '/api/notifications',
    '/api/projections',
    '/api/projections/{name}',
    '/api/projections/{name}/parked',
    '/api/projections/{name}/wait',
    '/api/projections/{name}/why',
    '/api/questions/{questionId}',
    '/api/recommendations',
    '/api/reports/{reportId}',
    '/api/reports/{reportId}.md',
    '/api/reports/{reportId}.pdf',
    '/api/search',
    '/api/search/suggestions',
  ]);
  const { parameters, responses } = document.paths['/api/cases/{caseId}/documents']?.get ?? {};
  expect(parameters?.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['X-Casefold-Position', 'caseId', 'q', 'stage', 'cursor']),
  );
  expect(Object.keys(responses ?? {})).toEqual(['200', '404']);
});

test('a store that is away is a reason to come again, and tells nothing of the inside', async () => {
  for (const path of ['/api/cases', '/api/documents/x', '/api/search?q=x']) {
    const response = await app.request(path);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.text()).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|select/i);
  }
});

test('what is not as it should be is refused before any store is asked', async () => {
  for (const path of [
    '/api/search',
    '/api/search/suggestions?q=x',
    '/api/ai/graph-search?q=x&caseId=c&weights=1',
    '/api/search?q=%20',
    '/api/search?q=x&limit=1000',
    '/api/ai/vector-search?q=x&type=case',
    '/api/cases?limit=0',
    '/api/cases/c/documents?stage=lost',
    `/api/documents/${'x'.repeat(101)}`,
    '/api/documents/a%00b',
  ]) {
    const response = await app.request(path);
    expect([path, response.status]).toEqual([path, 422]);
    expect(await response.json()).toMatchObject({ type: 'urn:casefold:problem:invalid-input', errors: [{}] });
  }
});

test('a job nobody knows is not found', async () => {
  expect((await app.request('/api/jobs/status/none')).status).toBe(404);
});
