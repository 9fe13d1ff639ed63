import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventRegistry } from '#domain/registry';
import { openFileBlobStore } from '#engines/blobs/file-blob-store';
import { startEventStore } from '#engines/eventstore/server';
import { connectEventStore } from '#platform/clients/eventstore';
import type { ActorEnv } from '#platform/http/actor';
import { owner } from '#platform/http/actor';
import { problemSchema } from '#platform/http/problem-details';
import { createLogger } from '#platform/log';
import { createWriteApi } from './app.ts';
import { openedCaseSchema, uploadAnswerSchema } from './contract.ts';
import { createDemoCase } from './demo/demo-case.ts';
import { createGate } from './gate.ts';

/** The write API over a log and blobs of its own, in memory of this process and a folder. */
const folder = mkdtempSync(join(tmpdir(), 'casefold-write-api-'));
const log = createLogger('test', 'silent');
const closers: (() => Promise<unknown>)[] = [];
let app: Hono<ActorEnv>;
let head: () => Promise<bigint>;

beforeAll(async () => {
  const engine = await startEventStore({ folder: join(folder, 'log'), port: 0, log });
  const store = connectEventStore(`esdb://127.0.0.1:${engine.port}?tls=false`, eventRegistry, log);
  closers.push(
    () => store.close(),
    () => engine.close(),
  );
  head = () => store.headPosition();
  const blobs = await openFileBlobStore(join(folder, 'blobs'));
  const demo = createDemoCase({ store, blobs, log }, folder);
  app = new Hono<ActorEnv>();
  app.use(async (c, next) => {
    c.set('actor', owner);
    await next();
  });
  app.route(
    '/',
    createWriteApi({
      store,
      blobs,
      demo,
      gate: createGate(store),
      channels: ['toast'],
      projections: { store, projections: [], findParked: async () => undefined },
      searchesWeb: false,
      maxUploadBytes: 1000,
      log,
    }),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
});

const send = (method: string, path: string, body: unknown) =>
  app.request(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

async function openCase(name: string): Promise<string> {
  return openedCaseSchema.parse(await (await send('POST', '/api/cases', { name })).json()).caseId;
}

type Part = string | [fileName: string, content: string];
function upload(...parts: [name: string, value: Part][]) {
  const form = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new File([value[1]], value[0], { type: 'text/plain' }));
  }
  return app.request('/api/upload', { method: 'POST', body: form });
}
const uploaded = async (response: Response | Promise<Response>) =>
  uploadAnswerSchema.parse(await (await response).json());

async function refusedFields(response: Response): Promise<string[]> {
  expect(response.status).toBe(422);
  const { errors } = problemSchema.parse(await response.json());
  return z
    .array(z.object({ field: z.string() }))
    .parse(errors)
    .map(({ field }) => field);
}

test.each(['a\0b', 'a\ud800', 'a\u0007b'])(
  '%j is refused wherever a person writes, before it is in the log',
  async (bad) => {
    const caseId = await openCase('Plain');
    const { documentId } = await uploaded(upload(['caseId', caseId], ['file', ['a.txt', 'text']]));
    const before = await head();
    const document = `/api/documents/${documentId}`;
    const occurredAt = new Date().toISOString();
    for (const [method, path, body, field] of [
      ['POST', '/api/cases', { name: bad }, 'name'],
      ['PATCH', `/api/cases/${caseId}`, { name: bad }, 'name'],
      ['PUT', `${document}/tags`, { tags: ['fine', bad] }, 'tags.1'],
      ['POST', `${document}/withdraw`, { reason: bad }, 'reason'],
      ['POST', `/api/cases/${caseId}/entities/merge`, { into: bad, entityIds: ['e'] }, 'into'],
      ['POST', `/api/cases/${caseId}/entities/split`, { entityId: bad }, 'entityId'],
      ...['query', 'caseId', 'documentId', 'subject'].map(
        (name) =>
          [
            'POST',
            '/api/behaviour',
            { events: [{ action: 'viewed', occurredAt, [name]: bad }] },
            `events.0.${name}`,
          ] as const,
      ),
    ] as const) {
      expect([path, await refusedFields(await send(method, path, body))]).toEqual([path, [field]]);
    }
    // A form is UTF-8, which has no half of a surrogate pair: it arrives as U+FFFD.
    if (bad.isWellFormed()) {
      for (const name of ['custodian', 'claimedDate']) {
        const response = await upload(['caseId', caseId], [name, bad], ['file', ['b.txt', 'other']]);
        expect(await refusedFields(response)).toEqual([name]);
      }
    }
    expect(await head()).toBe(before);
  },
);

test('a reason may have several lines', async () => {
  const caseId = await openCase('Lines');
  const { documentId } = await uploaded(upload(['caseId', caseId], ['file', ['a.txt', 'text']]));
  const answer = await send('POST', `/api/documents/${documentId}/withdraw`, { reason: 'One.\n\tTwo.' });
  expect(answer.status).toBe(202);
});

test('the same bytes twice in one upload are one document, and the second says so', async () => {
  const caseId = await openCase('Twice');
  const { documents } = await uploaded(
    upload(
      ['caseId', caseId],
      ['file', ['a.txt', 'same']],
      ['file', ['b.txt', 'same']],
      ['file', ['c.txt', 'else']],
    ),
  );
  const [first, second, third] = documents;
  expect([first?.duplicateOf, second?.duplicateOf, third?.duplicateOf]).toEqual([
    undefined,
    first?.documentId,
    undefined,
  ]);
});

test('each case that an upload names must be there', async () => {
  const caseId = await openCase('One of two');
  const response = await upload(
    ['caseId', caseId],
    ['file', ['a.txt', 'one']],
    ['caseId', 'nowhere'],
    ['file', ['b.txt', 'two']],
  );
  expect(response.status).toBe(404);
});

test('an upload without a case says which field is missing', async () => {
  expect(await refusedFields(await upload(['file', ['a.txt', 'one']]))).toEqual(['caseId']);
});

test('names are merged and split once, whoever says it again', async () => {
  const caseId = await openCase('Names');
  const say = async (what: 'merge' | 'split', body: object) => {
    const response = await send('POST', `/api/cases/${caseId}/entities/${what}`, body);
    return [response.status, await head()] as const;
  };
  const [status, merged] = await say('merge', { into: 'a', entityIds: ['b', 'c'] });
  expect(status).toBe(202);
  expect(await say('merge', { into: 'a', entityIds: ['b'] })).toEqual([202, merged]);
  const [, split] = await say('split', { entityId: 'b' });
  expect(split).toBeGreaterThan(merged);
  expect(await say('split', { entityId: 'b' })).toEqual([202, split]);
  expect(
    (await send('POST', `/api/cases/${caseId}/entities/merge`, { into: 'a', entityIds: [] })).status,
  ).toBe(422);
  expect((await send('POST', '/api/cases/none/entities/split', { entityId: 'a' })).status).toBe(404);
});
