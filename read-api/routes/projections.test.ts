import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemSchema } from '#platform/http/problem-details';
import { type ProjectionServer, startProjectionServer } from '#tests/support/projection-server';
import { untilProjected } from '#tests/support/projections';
import {
  lineageSchema,
  type ParkedItem,
  parkedListSchema,
  projectionBoardSchema,
  projectionDetailSchema,
} from '../contract-projections.ts';

let server: ProjectionServer;
beforeAll(async () => {
  server = await startProjectionServer();
});
afterAll(() => server.close());

const get = (path: string) => server.request(`/api/projections${path}`);
const post = (path: string, body: unknown = {}) =>
  server.request(`/api/projections${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const refused = async (response: Response) => problemSchema.parse(await response.json());

const waiting = (position: string): ParkedItem & { projection: string } => ({
  projection: 'document-list',
  stream: 'document-1',
  position,
  revision: '3',
  eventId: `e${position}`,
  type: 'DocumentTagged',
  isCause: position === '7',
  error: position === '7' ? 'No such row.' : '',
  attempts: 5,
  parkedAt: '2026-11-25T10:00:00.000Z',
});

test('the list shows what workers tell, and names those nobody tells of', async () => {
  await server.tell({ position: '901', parked: 2 });
  const { items, unheard } = projectionBoardSchema.parse(await (await get('')).json());
  expect(items).toMatchObject([
    { name: 'document-list', sink: 'postgres', state: 'running', position: '901', parked: 2, stale: false },
  ]);
  expect(unheard).toEqual(['case-graph']);
});

test('a projection is shown with its decisions as soon as they are in the log, newest first', async () => {
  await post('/case-graph/rebuild', { switch: 'by-hand' });
  await post('/case-graph/rebuild/pause');
  const detail = projectionDetailSchema.parse(await (await get('/case-graph')).json());
  expect(detail).toMatchObject({
    name: 'case-graph',
    parts: ['Document', 'MENTIONS'],
    status: [],
    decided: {
      paused: false,
      rebuild: { status: 'requested', paused: true, switch: 'by-hand' },
      skipped: [],
    },
    history: [
      { type: 'ProjectionRebuildPaused', actor: { kind: 'person', id: 'owner' } },
      { type: 'ProjectionRebuildRequested', data: { purpose: 'rebuild' } },
    ],
  });
});

test('one that does not exist is not found, whatever is asked of it', async () => {
  for (const path of ['/none', '/none/parked', '/none/wait?position=1', '/none/why?key=a']) {
    const response = await get(path);
    expect([path, response.status]).toEqual([path, 404]);
    expect((await refused(response)).detail).toContain('case-graph, document-list');
  }
});

test('parked events come in pages, in log order', async () => {
  server.parked.push(waiting('7'), waiting('9'), waiting('12'));
  const page = async (query: string) =>
    parkedListSchema.parse(await (await get(`/document-list/parked${query}`)).json());
  const first = await page('?limit=2');
  expect(first.items.map(({ position, error }) => [position, error])).toEqual([
    ['7', 'No such row.'],
    ['9', ''],
  ]);
  const second = await page(`?limit=2&cursor=${first.next}`);
  expect(second).toMatchObject({ items: [{ position: '12' }] });
  expect(second.next).toBeUndefined();
  expect((await get('/document-list/parked?cursor=x')).status).toBe(422);
});

test('a wait ends as soon as the projection has got there, else it says when to come again', async () => {
  await server.reach('document-list', 500n);
  expect((await get('/document-list/wait?position=500')).status).toBe(200);
  const late = await get('/document-list/wait?position=501&timeoutSeconds=0.05');
  expect([late.status, late.headers.get('retry-after'), (await refused(late)).type]).toEqual([
    503,
    '1',
    'urn:casefold:problem:not-yet-visible',
  ]);
  const wait = get('/document-list/wait?position=501&timeoutSeconds=60');
  await server.reach('document-list', 501n);
  expect(await (await wait).json()).toEqual({ projection: 'document-list', position: '501' });
  expect((await get('/document-list/wait?position=-1')).status).toBe(422);
  expect((await get('/document-list/wait?position=1&timeoutSeconds=61')).status).toBe(422);
});

test('an entry tells the events that shaped it, by a key of one part or several', async () => {
  const events = await Array.fromAsync(server.store.readStream('projection-case-graph'));
  server.lineage.set('document-list|documents|d1', events.slice(0, 1));
  server.lineage.set('case-graph|MENTIONS|d1|p1', events);
  const one = lineageSchema.parse(await (await get('/document-list/why?key=d1')).json());
  expect(one).toMatchObject({
    projection: 'document-list',
    part: 'documents',
    key: ['d1'],
    events: [{ type: 'ProjectionRebuildRequested', stream: 'projection-case-graph', eventId: events[0]?.id }],
  });
  const two = await (await get('/case-graph/why?part=MENTIONS&key=d1&key=p1')).json();
  expect(lineageSchema.parse(two)).toMatchObject({ key: ['d1', 'p1'], events: [{}, {}] });
});

test('an entry is found in whichever part it is, if none is named', async () => {
  const events = await Array.fromAsync(server.store.readStream('projection-case-graph'));
  server.lineage.set('case-graph|Document|d2', events);
  server.lineage.set('case-graph|MENTIONS|d2|p1', events);
  for (const [query, part] of [
    ['key=d2', 'Document'],
    ['key=d2&key=p1', 'MENTIONS'],
  ]) {
    const answer = lineageSchema.parse(await (await get(`/case-graph/why?${query}`)).json());
    expect([query, answer.part, answer.events.length]).toEqual([query, part, events.length]);
  }
});

test('a part must be one, and so must the entry', async () => {
  const response = await get('/case-graph/why?key=d1&part=none');
  expect([response.status, (await refused(response)).detail]).toEqual([
    422,
    expect.stringContaining('Document, MENTIONS'),
  ]);
  for (const [query, where] of [
    ['key=nobody', 'nobody of Document or MENTIONS in case-graph'],
    ['key=nobody&part=Document', 'nobody of Document in case-graph'],
  ]) {
    const missing = await get(`/case-graph/why?${query}`);
    expect([missing.status, (await refused(missing)).detail]).toEqual([
      404,
      expect.stringContaining(where ?? ''),
    ]);
  }
  expect((await get('/document-list/why')).status).toBe(422);
});

test('a test waits for all projections without sleeping', async () => {
  await server.reach('document-list', 600n);
  await expect(untilProjected(server, '600', { timeoutMs: 50 })).rejects.toThrow(/^case-graph/);
  const all = untilProjected(server, '600');
  await server.reach('case-graph', 600n);
  await all;
});
