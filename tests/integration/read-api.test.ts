import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  caseListSchema,
  caseSchema,
  documentDetailSchema,
  documentListSchema,
  entityListSchema,
  type HistoryItem,
  historySchema,
  jobSchema,
  metricsSeriesSchema,
  similarListSchema,
} from '#read-api/contract';
import { projectionBoardSchema } from '#read-api/contract-projections';
import { until } from '../support/until.ts';
import { fileName, ids, sha256, text, writeCases } from './read-api-cases.ts';
import { type ReadSide, startReadSide } from './read-side.ts';

let side: ReadSide;
let position: string;

beforeAll(async () => {
  side = await startReadSide();
  position = await writeCases(side);
  await side.caughtUp(position);
});
afterAll(() => side?.close());

const documents = async (query: string) =>
  documentListSchema.parse(await side.getJson(`/api/cases/c1/documents?${query}`, position));
const names = async (query: string) => (await documents(query)).items.map(({ documentId }) => documentId);

describe('cases', () => {
  test('a page at a time, the most recently active first', async () => {
    const first = caseListSchema.parse(await side.getJson('/api/cases?limit=2', position));
    expect(first.items.map(({ caseId }) => caseId)).toEqual(['c1', 'c3']);
    const rest = caseListSchema.parse(await side.getJson(`/api/cases?limit=2&cursor=${first.next}`));
    expect(rest.items.map(({ name }) => name)).toEqual(['Second']);
    expect(rest.next).toBeUndefined();
  });

  test('count their documents', async () => {
    const found = caseSchema.parse(await side.getJson('/api/cases/c1', position));
    expect(found).toMatchObject({
      name: 'First',
      documents: { total: 3, ready: 1, failed: 1, inProgress: 1, withdrawn: 1 },
      lastPosition: position,
    });
    const empty = caseSchema.parse(await side.getJson('/api/cases/c2'));
    expect(empty.documents).toEqual({ total: 0, ready: 0, failed: 0, inProgress: 0, withdrawn: 0 });
  });

  test('count what happened on each day', async () => {
    const metrics = metricsSeriesSchema.parse(await side.getJson('/api/cases/c1/metrics', position));
    expect(metrics.totals).toMatchObject({ uploaded: 4, failed: 1, liked: 1, withdrawn: 1 });
    // Two where midnight came between.
    expect(metrics.days.length).toBeLessThanOrEqual(2);
    expect(metrics.days.map(({ counts }) => counts.uploaded ?? 0).reduce((a, b) => a + b)).toBe(4);
  });
});

describe('the documents of a case', () => {
  test('are filtered, and say what else there would be to choose', async () => {
    expect(await names('')).toEqual(['page', 'beta', 'alpha']);
    expect(await names('stage=withdrawn')).toEqual(['gone']);
    expect(await names('tag=key')).toEqual(['alpha']);
    expect(await names('topic=meeting&stage=ready')).toEqual(['alpha']);
    expect(await names('mediaType=text/html')).toEqual(['page']);
    expect(await names('q=50%25')).toEqual(['beta']);
    expect(await names('q=_')).toEqual(['beta']);
    expect(await names('q=ÜBERSICHT')).toEqual(['alpha']);
    expect(await names("q=' OR 1=1")).toEqual([]);
    const { facets, total } = await documents('stage=ready');
    expect(total).toBe(1);
    expect(facets.stage).toEqual([
      { value: 'failed', count: 1 },
      { value: 'linking', count: 1 },
      { value: 'ready', count: 1 },
      { value: 'withdrawn', count: 1 },
    ]);
    expect(facets.tag).toEqual([
      { value: 'a', count: 1 },
      { value: 'key', count: 1 },
    ]);
    expect(facets.topic).toEqual([{ value: 'meeting', count: 1 }]);
  });

  test.each(['uploaded', 'name', 'size'])('by %s, both ways, over pages of one', async (sort) => {
    const all = await names(`sort=${sort}&order=asc`);
    expect(all.toSorted()).toEqual(['alpha', 'beta', 'page']);
    for (const order of ['asc', 'desc']) {
      const seen: string[] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const page: Awaited<ReturnType<typeof documents>> = await documents(
          `sort=${sort}&order=${order}&limit=1${cursor && `&cursor=${cursor}`}`,
        );
        expect(page.total).toBe(3);
        seen.push(...page.items.map(({ documentId }) => documentId));
        cursor = page.next;
      }
      expect(seen).toEqual(order === 'asc' ? all : all.toReversed());
    }
  });

  test('refuse a cursor that is not theirs', async () => {
    const { next } = await documents('sort=size&limit=1');
    for (const query of [
      `sort=name&cursor=${next}`,
      'cursor=nonsense',
      'cursor=W10',
      'limit=201',
      'stage=lost',
    ]) {
      expect((await side.get(`/api/cases/c1/documents?${query}`)).status, query).toBe(422);
    }
  });
});

describe('a document', () => {
  test('with its text’s structure and where its words come from', async () => {
    const found = documentDetailSchema.parse(await side.getJson('/api/documents/alpha', position));
    expect(found).toMatchObject({
      fileName,
      sha256,
      stage: 'ready',
      summary: 'Nothing was agreed.',
      topics: ['meeting'],
      tags: ['key', 'a'],
      likes: 1,
      likedByMe: true,
      characters: text.length,
      provenance: { model: { name: 'test' } },
    });
    const [passage] = found.structure?.passages ?? [];
    expect(text.slice(passage?.start, passage?.end)).toContain('Alpha GmbH');
  });

  test('names what it is attached to, and what is attached', async () => {
    const parent = documentDetailSchema.parse(await side.getJson('/api/documents/beta', position));
    expect(parent.attachments).toEqual([{ documentId: 'page', fileName: 'page.html' }]);
    expect(parent.likedByMe).toBe(false);
    const child = documentDetailSchema.parse(await side.getJson('/api/documents/page', position));
    expect(child).toMatchObject({
      parent: { documentId: 'beta' },
      error: { reason: 'broken' },
      stage: 'failed',
    });
  });

  test('that was withdrawn is still told of', async () => {
    const gone = documentDetailSchema.parse(await side.getJson('/api/documents/gone', position));
    expect(gone).toMatchObject({ stage: 'withdrawn', withdrawnReason: 'privileged' });
  });

  test('is like others, in whichever direction that was found; not like withdrawn ones', async () => {
    const of = async (id: string) =>
      similarListSchema.parse(await side.getJson(`/api/documents/${id}/similar`, position)).similar;
    expect(await of('alpha')).toEqual([{ documentId: 'beta', fileName: 'beta_50%.txt', score: 0.9 }]);
    expect(await of('beta')).toEqual([{ documentId: 'alpha', fileName, score: 0.9 }]);
  });

  test('names entities, in the order of the text, with how many others do', async () => {
    const { entities } = entityListSchema.parse(
      await side.getJson('/api/documents/alpha/entities', position),
    );
    expect(entities.map(({ name, start, end }) => [name, text.slice(start, end)])).toEqual([
      ['Alpha GmbH', 'Alpha GmbH'],
      ['Beta Ltd.', 'Beta Ltd.'],
    ]);
    expect(entities.map(({ otherDocuments }) => otherDocuments)).toEqual([1, 0]);
  });

  test('has a job, which hears of work in passing', async () => {
    const job = async (id: string) => jobSchema.parse(await side.getJson(`/api/jobs/status/${id}`, position));
    expect(await job('alpha')).toMatchObject({ stage: 'ready', progress: 1, fileName });
    expect(await job('page')).toMatchObject({ stage: 'failed', error: { message: 'It is broken.' } });
    const progress = {
      kind: 'progress',
      caseId: 'c1',
      documentId: 'beta',
      done: 1,
      total: 2,
      unit: 'documents',
    };
    await side.clients.bus.publish('progress.document.beta', { ...progress, stage: 'linking' });
    await expect.poll(async () => (await job('beta')).progress).toBeCloseTo(0.9);
  });
});

describe('bytes', () => {
  test('the extracted text as it is', async () => {
    const response = await side.get('/api/documents/alpha/text', position);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('etag')).toBe(`"${sha256}"`);
    expect(await response.text()).toBe(text);
    const again = await side.get('/api/documents/alpha/text', undefined, { 'If-None-Match': `"${sha256}"` });
    expect(again.status).toBe(304);
    expect((await side.get('/api/documents/page/text')).status).toBe(404);
  });

  test('the original, whole or in part', async () => {
    const whole = await side.get('/api/documents/alpha/content', position);
    expect(Buffer.from(await whole.arrayBuffer()).toString()).toBe(text);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'text/plain',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'accept-ranges': 'bytes',
      'content-disposition': `inline; filename="Ubersicht _2024_ 100_.txt"; filename*=UTF-8''%C3%9Cbersicht%20%222024%22%20100%25.txt`,
    });
    const part = await side.get('/api/documents/alpha/content', position, { Range: 'bytes=6-9' });
    expect([part.status, await part.text()]).toEqual([206, 'GmbH']);
    expect(part.headers.get('content-range')).toBe(`bytes 6-9/${Buffer.byteLength(text)}`);
    const stale = await side.get('/api/documents/alpha/content', position, {
      Range: 'bytes=6-9',
      'If-Range': '"x"',
    });
    expect(stale.status).toBe(200);
    const beyond = await side.get('/api/documents/alpha/content', position, { Range: 'bytes=9999-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([
      416,
      `bytes */${Buffer.byteLength(text)}`,
    ]);
    const head = await side.app.request('/api/documents/alpha/content', { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual([
      String(Buffer.byteLength(text)),
      '',
    ]);
  });

  test('what a browser might run is only ever saved', async () => {
    const response = await side.get('/api/documents/page/content', position);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="page.html"/);
  });

  test('a download is history, a look is not', async () => {
    const before = side.reads.length;
    await (await side.get('/api/documents/alpha/content')).text();
    expect(side.reads).toHaveLength(before);
    const saved = await side.get('/api/documents/alpha/content?download=1');
    expect(saved.headers.get('content-disposition')).toMatch(/^attachment/);
    await saved.text();
    expect(side.reads.at(-1)).toMatchObject({ action: 'downloaded', ...ids });
  });
});

describe('history', () => {
  test('newest first, filtered, in pages', async () => {
    const read = async (query: string) =>
      historySchema.parse(await side.getJson(`/api/cases/c1/history?${query}`, position));
    const seen: HistoryItem[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = await read(`limit=4${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items);
      cursor = page.next;
    }
    expect(seen[0]).toMatchObject({
      type: 'DocumentWithdrawn',
      position,
      fileName: 'gone.txt',
      actor: { id: 'ada' },
    });
    expect(seen.at(-1)?.type).toBe('CaseOpened');
    expect(seen).toHaveLength(15);
    const uploads = await read('type=DocumentUploaded&documentId=alpha');
    expect(uploads.items.map(({ data }) => data.sha256)).toEqual([sha256]);
  });

  test('of a document', async () => {
    const { items } = historySchema.parse(await side.getJson('/api/documents/alpha/history', position));
    expect(items.map(({ type }) => type)).toEqual([
      'DocumentTagged',
      'DocumentLiked',
      'SimilarDocumentsFound',
      'DocumentAnalysed',
      'DocumentTextExtracted',
      'DocumentUploaded',
    ]);
  });
});

describe('read your writes', () => {
  test('a read that carries the position of a write sees it', async () => {
    for (let count = 1; count <= 5; count++) {
      const name = `Second, ${count}`;
      const at = await side.append('case-c2', { type: 'CaseRenamed', data: { caseId: 'c2', name } }, 'c2');
      expect(caseSchema.parse(await side.getJson('/api/cases/c2', at)).name).toBe(name);
    }
  });

  test('what is not there yet is asked for again', async () => {
    const response = await side.get('/api/cases/c2', '99999999999');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await side.get('/api/cases/c2', 'soon')).status).toBe(422);
  });
});

test('what does not exist is said not to', async () => {
  const paths = ['', '/text', '/content', '/similar', '/entities', '/history'].map(
    (end) => `/api/documents/nobody${end}`,
  );
  paths.push(
    '/api/cases/no',
    '/api/cases/no/documents',
    '/api/cases/no/history',
    '/api/cases/no/metrics',
    '/api/jobs/status/no',
  );
  for (const path of paths) {
    const response = await side.get(path);
    expect([path, response.status, response.headers.get('content-type')]).toEqual([
      path,
      404,
      'application/problem+json',
    ]);
  }
});

test('projections tell how far they are', async () => {
  const items = await until('all are heard of', async () => {
    const board = projectionBoardSchema.parse(await side.getJson('/api/projections'));
    return board.unheard.length === 0 && board.items;
  });
  expect(items.map(({ name, state }) => [name, state])).toContainEqual(['document-list', 'running']);
  expect(await side.getJson('/api/me')).toEqual({
    userId: 'ada',
    name: 'Ada',
    tier: 'free',
    searchesWeb: false,
  });
});
