import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventRegistry } from '#domain/registry';
import { startEventStore } from '#engines/eventstore/server';
import { connectEventStore } from '#platform/clients/eventstore';
import type { EventStore } from '#platform/event-store';
import { type ActorEnv, owner } from '#platform/http/actor';
import { problems } from '#platform/http/problem';
import { problemSchema } from '#platform/http/problem-details';
import { createLogger } from '#platform/log';
import { writtenSchema } from '../contract.ts';
import { rebuildRequestedSchema, rebuildsRequestedSchema } from '../contract-projections.ts';
import type { ParkedReference } from '../projection-commands.ts';
import { projectionRoutes } from './projections.ts';

const folder = mkdtempSync(join(tmpdir(), 'casefold-projection-routes-'));
const log = createLogger('test', 'silent');
const closers: (() => Promise<unknown>)[] = [];
let store: EventStore;
beforeAll(async () => {
  const engine = await startEventStore({ folder, port: 0, log });
  store = connectEventStore(`esdb://127.0.0.1:${engine.port}?tls=false`, eventRegistry, log);
  closers.push(
    () => store.close(),
    () => engine.close(),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each test has projections, and so streams, of its own. */
let run = 0;
let list: string;
let graph: string;
const parked = new Map<string, ParkedReference>();
let app: OpenAPIHono<ActorEnv>;
beforeEach(() => {
  run++;
  list = `list-${run}`;
  graph = `graph-${run}`;
  parked.clear();
  app = new OpenAPIHono<ActorEnv>();
  app.use(async (c, next) => {
    c.set('actor', owner);
    await next();
  });
  app.route(
    '/',
    projectionRoutes({
      store,
      projections: [
        { name: list, partitionable: true },
        { name: graph, partitionable: false },
      ],
      findParked: async (name, position) => parked.get(`${name}@${position}`),
    }),
  );
  app.onError(problems(log));
});

const post = (path: string, body?: unknown, key?: string) =>
  app.request(`/api/projections/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const accepted = async (response: Response) => {
  expect([response.status, response.status === 202 ? '' : await response.clone().text()]).toEqual([202, '']);
  return response.json();
};
const refused = async (response: Response) => problemSchema.parse(await response.json());
const events = (name: string) => Array.fromAsync(store.readStream(`projection-${name}`));

test('a rebuild is decided once for one Idempotency-Key', async () => {
  const ask = async (key?: string) =>
    rebuildRequestedSchema.parse(await accepted(await post(`${list}/rebuild`, { throttle: 500 }, key)));
  const first = await ask('k');
  expect(await ask('k')).toEqual(first);
  const [event, ...others] = await events(list);
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    type: 'ProjectionRebuildRequested',
    position: BigInt(first.position),
    metadata: { actor: owner },
    data: {
      projection: list,
      rebuildId: first.rebuildId,
      purpose: 'rebuild',
      switch: 'when-ready',
      partitions: 1,
      throttle: 500,
      soakSeconds: 3600,
    },
  });
  expect((await post(`${list}/rebuild`, {})).status).toBe(409);
});

test('rebuilds of several share a scan, and one that is open already keeps none of the others from it', async () => {
  await accepted(await post(`${graph}/verify`, {}));
  const answer = rebuildsRequestedSchema.parse(await accepted(await post('rebuild', { switch: 'by-hand' })));
  expect(answer.rebuilds.map(({ projection }) => projection)).toEqual([list]);
  expect(answer.refused).toMatchObject([{ projection: graph, detail: expect.stringMatching(/cancel/) }]);
  expect((await events(list))[0]?.data).toMatchObject({ together: answer.together, switch: 'by-hand' });
  const none = await post('rebuild', {});
  expect([none.status, (await refused(none)).detail]).toEqual([409, expect.stringContaining(list)]);
});

test('one that does not exist is not found, and those there are are named', async () => {
  for (const path of ['none/rebuild', 'none/pause', 'none/switch', 'none/rebuild/throttle']) {
    const response = await post(path, {});
    expect([path, response.status]).toEqual([path, 404]);
    expect((await refused(response)).detail).toContain(`${graph}, ${list}`);
  }
  expect((await post('rebuild', { projections: [list, 'none'] })).status).toBe(404);
  expect(await events(list)).toEqual([]);
});

test('what is not as it should be is refused with its field', async () => {
  for (const [path, body, field] of [
    ['rebuild', { partitions: 65 }, 'partitions'],
    ['rebuild', { throttle: 0 }, 'throttle'],
    ['rebuild', { soakSeconds: -1 }, 'soakSeconds'],
    ['rebuild', { switch: 'never' }, 'switch'],
    ['parked/skip', { position: '-1', reason: 'x' }, 'position'],
    ['parked/skip', { position: '1', reason: ' ' }, 'reason'],
    ['parked/retry', {}, 'stream'],
  ] as const) {
    const response = await post(`${list}/${path}`, body);
    expect([path, response.status]).toEqual([path, 422]);
    expect((await refused(response)).errors).toMatchObject([{ field }]);
  }
});

test('only one whose entries each come from one stream can be split', async () => {
  const response = await post(`${graph}/rebuild`, { partitions: 2 });
  expect([response.status, (await refused(response)).type]).toEqual([
    422,
    'urn:casefold:problem:not-partitionable',
  ]);
  await accepted(await post(`${list}/rebuild`, { partitions: 2 }));
});

test('a model is refused where there is no choice', async () => {
  const response = await post(`${list}/rebuild`, { model: 'another' });
  expect([response.status, (await refused(response)).detail]).toEqual([
    422,
    expect.stringContaining('Leave "model" out'),
  ]);
});

test('a rebuild is paused, throttled, resumed and cancelled; a projection is paused and resumed', async () => {
  expect((await post(`${list}/rebuild/pause`)).status).toBe(409);
  await accepted(await post(`${list}/rebuild`, {}));
  await accepted(await post(`${list}/rebuild/pause`));
  await accepted(await post(`${list}/rebuild/throttle`, { throttle: 10 }));
  await accepted(await post(`${list}/rebuild/throttle`, {}));
  await accepted(await post(`${list}/rebuild/resume`));
  await accepted(await post(`${list}/rebuild/cancel`));
  await accepted(await post(`${list}/pause`));
  await accepted(await post(`${list}/resume`));
  expect((await events(list)).map(({ type }) => type)).toEqual([
    'ProjectionRebuildRequested',
    'ProjectionRebuildPaused',
    'ProjectionRebuildThrottled',
    'ProjectionRebuildThrottled',
    'ProjectionRebuildResumed',
    'ProjectionRebuildCancelled',
    'ProjectionPaused',
    'ProjectionResumed',
  ]);
  for (const path of ['switch', 'rollback']) expect((await post(`${list}/${path}`)).status).toBe(409);
});

test('a skip names the event that was parked, and is the same when it is sent again later', async () => {
  const event = { stream: 'document-1', eventId: 'e', type: 'DocumentTagged' };
  parked.set(`${list}@7`, event);
  const skip = () => post(`${list}/parked/skip`, { position: '7', reason: ' A test file. ' }, 'k');
  const first = writtenSchema.parse(await accepted(await skip()));
  parked.clear();
  expect(await accepted(await skip())).toEqual(first);
  expect((await events(list)).map(({ data }) => data)).toEqual([
    { projection: list, position: '7', reason: 'A test file.', ...event },
  ]);
  const other = await post(`${list}/parked/skip`, { position: '8', reason: 'x' });
  expect([other.status, (await refused(other)).type]).toEqual([404, 'urn:casefold:problem:not-parked']);
});

test('a skip is of the event at its position, however the number is written', async () => {
  parked.set(`${list}@7`, { stream: 'document-1', eventId: 'e', type: 'DocumentTagged' });
  await accepted(await post(`${list}/parked/skip`, { position: '007', reason: 'A test file.' }));
  await accepted(await post(`${list}/parked/skip`, { position: '7', reason: 'A test file.' }));
  expect((await events(list)).map(({ data }) => data)).toMatchObject([{ position: '7' }]);
});

test('a parked stream is asked for again', async () => {
  await accepted(await post(`${list}/parked/retry`, { stream: 'document-1' }));
  expect((await events(list))[0]).toMatchObject({
    type: 'ParkedStreamRetryRequested',
    data: { stream: 'document-1' },
  });
});

test('every write is in the OpenAPI document', () => {
  const { paths } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Casefold', version: '1' } });
  expect(Object.keys(paths ?? {}).toSorted()).toEqual([
    '/api/projections/rebuild',
    '/api/projections/verify',
    ...[
      'parked/retry',
      'parked/skip',
      'pause',
      'rebuild',
      'rebuild/cancel',
      'rebuild/pause',
      'rebuild/resume',
      'rebuild/throttle',
      'resume',
      'rollback',
      'switch',
      'verify',
    ].map((path) => `/api/projections/{name}/${path}`),
  ]);
});
