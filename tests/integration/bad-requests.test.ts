import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uploadForm } from '../support/casefold-client.ts';
import { expectProblem } from '../support/problem.ts';
import { type Product, startProduct } from '../support/product.ts';
import { rawEnd, rawPart, sendHalf, sendRaw } from '../support/raw-upload.ts';
import { until } from '../support/until.ts';

/** Whatever is wrong with a request: a clear answer, nothing half done, and the next request is served. */
let casefold: Product;
let caseId: string;
beforeAll(async () => {
  casefold = await startProduct({ settings: { CASEFOLD_MAX_UPLOAD_BYTES: '100000' } });
  ({ caseId } = await casefold.openCase('Bad requests'));
});
afterAll(() => casefold.stop());

const file = { fileName: 'letter.txt', content: 'A letter about nothing in particular.' };
const post = (path: string, json: unknown = {}) => casefold.request(path, { json });

describe('who one is', () => {
  const paths = ['/api/me', '/api/cases', '/api/search?q=x', '/api/doctor', '/live', '/api/unknown'];
  test.each(paths)('nobody gets at %s without a token or with a wrong one', async (path) => {
    for (const token of [null, 'wrong', `${casefold.token}x`]) {
      const problem = await expectProblem(await casefold.request(path, { token }), 401, 'unauthenticated');
      expect(problem.detail).toBeTruthy();
    }
    const basic = { authorization: `Basic ${btoa(`owner:${casefold.token}`)}` };
    await expectProblem(
      await casefold.request(path, { token: null, headers: basic }),
      401,
      'unauthenticated',
    );
  });

  test('nobody writes without a token', async () => {
    const body = uploadForm({ caseId }, [file]);
    await expectProblem(await casefold.request('/api/upload', { token: null, body }), 401, 'unauthenticated');
    await expectProblem(
      await casefold.request('/api/cases', { token: null, json: { name: 'Mine' } }),
      401,
      'unauthenticated',
    );
  });

  test('a sign-in link opens one session, whose cookie works from the own pages alone', async () => {
    const { link } = (await (await post('/api/session/links')).json()) as { link: string };
    const path = new URL(link).pathname;
    const signedIn = await casefold.request(path, { token: null });
    expect(signedIn.status).toBe(303);
    const [cookie = ''] = signedIn.headers.getSetCookie();
    expect(cookie).toMatch(/^casefold_session=.*; HttpOnly; SameSite=Lax/);
    const session = { cookie: cookie.split(';')[0] ?? '' };
    expect((await casefold.request('/api/me', { token: null, headers: session })).status).toBe(200);

    const write = (site: string) =>
      casefold.request('/api/cases', {
        token: null,
        json: { name: `From ${site}` },
        headers: { ...session, 'sec-fetch-site': site },
      });
    await expectProblem(await write('cross-site'), 403, 'cross-site');
    await expectProblem(await write('same-site'), 403, 'cross-site');
    expect((await write('same-origin')).status).toBe(201);

    const second = await casefold.request(path, { token: null });
    expect(second.headers.getSetCookie()).toEqual([]);
    const forged = { cookie: session.cookie.replace('owner', 'admin') };
    const refused = await casefold.request('/api/me', { token: null, headers: forged });
    await expectProblem(refused, 401, 'unauthenticated');
  });
});

describe('what is named', () => {
  test('a case that is not there takes no file', async () => {
    const large = { fileName: 'large.txt', content: 'x'.repeat(5_000_000) };
    const body = uploadForm({ caseId: 'nowhere' }, [file, large, file]);
    await expectProblem(await casefold.request('/api/upload', { body }), 404, 'case-unknown');
    const renamed = await casefold.request('/api/cases/nowhere', { method: 'PATCH', json: { name: 'x' } });
    await expectProblem(renamed, 404, 'case-unknown');
  });

  test('a document that is not there cannot be liked, tagged, viewed, withdrawn, retried or read', async () => {
    const at = (action: string) => `/api/documents/nothing${action}`;
    for (const [path, method, json] of [
      [at('/like'), 'POST', undefined],
      [at('/like'), 'DELETE', undefined],
      [at('/view'), 'POST', undefined],
      [at('/tags'), 'PUT', { tags: ['a'] }],
      [at('/withdraw'), 'POST', {}],
      [at('/retry'), 'POST', {}],
    ] as const) {
      const response = await casefold.request(path, { method, ...(json && { json }) });
      await expectProblem(response, 404, 'document-unknown');
    }
    for (const path of ['', '/text', '/content', '/similar', '/entities']) {
      expect((await casefold.request(at(path))).status).toBe(404);
    }
    expect((await casefold.request('/api/jobs/status/nothing')).status).toBe(404);
  });

  test('there is nothing at an address that is no route', async () => {
    await expectProblem(await casefold.request('/api/nothing/here'), 404, 'no-route');
    await expectProblem(await casefold.request('/api/cases/%00'), 422, 'invalid-input');
    await expectProblem(await casefold.request(`/api/cases/${'x'.repeat(5000)}`), 422, 'invalid-input');
  });
});

describe('JSON', () => {
  test('that is broken, missing, of another type or of the wrong shape is refused with the reason', async () => {
    const send = (body: string, type: string) =>
      casefold.request('/api/cases', { body, headers: { 'content-type': type } });
    await expectProblem(await send('{"name": ', 'application/json'), 400, 'http');
    await expectProblem(await send('', 'application/json'), 400, 'http');
    await expectProblem(await send('name=x', 'application/x-www-form-urlencoded'), 415, 'http');
    await expectProblem(await send('{"name": "x"}', 'text/plain'), 415, 'http');
    for (const json of [
      {},
      [],
      'x',
      null,
      { name: '' },
      { name: ' ' },
      { name: 7 },
      { name: 'x'.repeat(201) },
    ]) {
      const { errors } = await expectProblem(await post('/api/cases', json), 422, 'invalid-input');
      expect(errors?.length).toBeGreaterThan(0);
    }
  });

  test('names every field that is wrong', async () => {
    const entry = { action: 'viewed', occurredAt: 'yesterday' };
    const { errors } = await expectProblem(
      await post('/api/behaviour', { events: [entry, { ...entry, action: 'stared' }] }),
      422,
      'invalid-input',
    );
    expect(errors?.map(({ field }) => field)).toEqual([
      'events.0.occurredAt',
      'events.1.action',
      'events.1.occurredAt',
    ]);
    await expectProblem(await post('/api/behaviour', { events: [] }), 422, 'invalid-input');
  });

  test('an Idempotency-Key or a position that is none is refused', async () => {
    const key = 'k'.repeat(201);
    await expectProblem(
      await casefold.request('/api/cases', { json: { name: 'x' }, key }),
      422,
      'invalid-idempotency-key',
    );
    await expectProblem(await casefold.request('/api/cases', { position: 'now' }), 422, 'invalid-input');
    const future = await casefold.request('/api/cases', { position: '99999999999999999999' });
    await expectProblem(future, 503, 'not-yet-visible');
    expect(future.headers.get('retry-after')).toBe('1');
  });
});

describe('an upload', () => {
  const listed = async () => (await casefold.documents(caseId)).map(({ fileName }) => fileName);

  test('without a file, without a case, or that is no form is refused', async () => {
    await expectProblem(
      await casefold.request('/api/upload', { body: uploadForm({ caseId }, []) }),
      422,
      'no-file',
    );
    const body = uploadForm({}, [file]);
    const { detail } = await expectProblem(
      await casefold.request('/api/upload', { body }),
      422,
      'invalid-input',
    );
    expect(detail).toContain('caseId');
    await expectProblem(await post('/api/upload', { caseId }), 415, 'not-multipart');
    const unbounded = { 'content-type': 'multipart/form-data' };
    const response = await casefold.request('/api/upload', { body: 'x', headers: unbounded });
    await expectProblem(response, 400, 'broken-form');
  });

  test('that breaks off leaves nothing behind, and the next one is taken', async () => {
    const half = rawPart('caseId', caseId) + rawPart('file', 'x'.repeat(50_000), 'half.txt').trimEnd();
    await expectProblem(await sendRaw(casefold, half), 400, 'broken-form');
    for (let times = 0; times < 3; times++) await sendHalf(casefold, half);
    await until(
      'no half upload is left',
      () => readdirSync(join(casefold.folder, 'blobs/incoming')).length === 0,
    );
    expect(await listed()).not.toContain('half.txt');
    const { position } = await casefold.upload(caseId, [{ fileName: 'whole.txt', content: 'Whole.' }]);
    expect((await casefold.documents(caseId, position)).map(({ fileName }) => fileName)).toContain(
      'whole.txt',
    );
  });

  test('that is too large is refused, and what came before it in the form is kept', async () => {
    const large = { fileName: 'large.txt', content: 'x'.repeat(3_000_000) };
    const body = uploadForm({ caseId }, [{ fileName: 'before.txt', content: 'Before.' }, large, file]);
    const { detail } = await expectProblem(
      await casefold.request('/api/upload', { body }),
      413,
      'file-too-large',
    );
    expect(detail).toContain('100,000 bytes');
    expect(detail).toContain('The 1 file(s) before it were taken.');
    await casefold.caughtUp();
    expect(await listed()).toContain('before.txt');
    expect(await listed()).not.toContain('large.txt');
    await until(
      'the large file is gone',
      () => readdirSync(join(casefold.folder, 'blobs/incoming')).length === 0,
    );
    const justFits = { fileName: 'fits.txt', content: 'y'.repeat(100_000) };
    expect((await casefold.upload(caseId, [justFits])).size).toBe(100_000);
  });

  test.each([
    ['../../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\lease.txt', 'lease.txt'],
    ['a\tb\x01\x7fc.txt', 'a bc.txt'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
    ['<script>.txt', '_script_.txt'],
  ])('named %j is kept as %j', async (name, expected) => {
    const form = rawPart('caseId', caseId) + rawPart('file', `Named ${name}.`, name) + rawEnd;
    const response = await sendRaw(casefold, form);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ fileName: expected });
  });
});

test('after all of this it is well, and nothing was kept that was refused', async () => {
  await casefold.caughtUp();
  expect(casefold.printed()).not.toMatch(/a request failed|died/);
  const cases = await casefold.request('/api/cases');
  const { items } = (await cases.json()) as { items: { name: string }[] };
  expect(items.map(({ name }) => name).sort()).toEqual(['Bad requests', 'From same-origin']);
});
