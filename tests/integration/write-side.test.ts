import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writtenSchema } from '#commands/contract';
import { caseSchema, documentDetailSchema, historySchema, metricsSeriesSchema } from '#read-api/contract';
import { expectProblem } from '../support/problem.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

/** What people send, and what they find when they look. */
let casefold: Product;
beforeAll(async () => {
  casefold = await startProduct();
});
afterAll(() => casefold.stop());

const text = (word: string) => ({ fileName: `${word}.txt`, content: `A letter about ${word}. `.repeat(10) });
const detail = (documentId: string, position: string) =>
  casefold.json(documentDetailSchema, `/api/documents/${documentId}`, { position });
const history = async (documentId: string, position: string) =>
  (await casefold.json(historySchema, `/api/documents/${documentId}/history?limit=100`, { position })).items;
const overAt = (documentId: string, stage: string) =>
  until(`${documentId} is ${stage}`, async () => {
    const position = String(await casefold.head());
    const document = await detail(documentId, position);
    return document.stage === stage && { ...document, position };
  });

describe('a case', () => {
  test('is opened once for one Idempotency-Key, and twice for two', async () => {
    const [first, again, other] = [
      await casefold.openCase('Same', { key: 'one' }),
      await casefold.openCase('Same', { key: 'one' }),
      await casefold.openCase('Same', { key: 'two' }),
    ];
    expect(again).toEqual(first);
    expect(other.caseId).not.toBe(first.caseId);
    const atOnce = await Promise.all(
      Array.from({ length: 8 }, () => casefold.openCase('Same', { key: 'all at once' })),
    );
    expect(new Set(atOnce.map(({ caseId }) => caseId)).size).toBe(1);
  });

  test('is renamed', async () => {
    const { caseId } = await casefold.openCase('  Old name ');
    const { position } = await casefold.json(writtenSchema, `/api/cases/${caseId}`, {
      method: 'PATCH',
      json: { name: 'New name' },
    });
    expect(await casefold.json(caseSchema, `/api/cases/${caseId}`, { position })).toMatchObject({
      name: 'New name',
    });
  });
});

describe('an upload', () => {
  test('takes one file or many, and says what the case has already', async () => {
    const { caseId } = await casefold.openCase('Uploads');
    const one = await casefold.upload(caseId, [text('apples')]);
    expect(one).toMatchObject({ fileName: 'apples.txt', size: 230, documents: [{ fileName: 'apples.txt' }] });
    expect(one.duplicateOf).toBeUndefined();
    expect(one.jobId).toBe(one.documentId);

    const many = await casefold.upload(caseId, [
      text('pears'),
      { ...text('apples'), fileName: 'the same under another name.txt' },
      text('plums'),
    ]);
    expect(many.documents.map(({ duplicateOf }) => duplicateOf)).toEqual([
      undefined,
      one.documentId,
      undefined,
    ]);
    const listed = await casefold.documents(caseId, many.position);
    expect(listed.map(({ fileName }) => fileName).sort()).toEqual(['apples.txt', 'pears.txt', 'plums.txt']);

    const { caseId: another } = await casefold.openCase('The same bytes in another case');
    expect((await casefold.upload(another, [text('apples')])).duplicateOf).toBeUndefined();
  });

  test('of the same bytes by many at the same moment makes one document, and one of them brought it', async () => {
    const { caseId } = await casefold.openCase('At the same moment');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => casefold.upload(caseId, [text('cherries')])),
    );
    expect(new Set(answers.map(({ documentId }) => documentId)).size).toBe(1);
    expect(answers.filter(({ duplicateOf }) => duplicateOf === undefined)).toHaveLength(1);
    const [{ documentId, position } = { documentId: '', position: '' }] = answers;
    expect(await casefold.documents(caseId, position)).toHaveLength(1);
    const uploads = (await history(documentId, position)).filter(({ type }) => type === 'DocumentUploaded');
    expect(uploads).toHaveLength(1);
  });

  test('repeated with its key is answered as the first time, not as a duplicate', async () => {
    const { caseId } = await casefold.openCase('Repeated');
    const first = await casefold.upload(caseId, [text('figs')], { key: 'figs' });
    expect(await casefold.upload(caseId, [text('figs')], { key: 'figs' })).toEqual(first);
  });
});

describe('a document', () => {
  test('is liked once however often, tagged, and its views are counted', async () => {
    const { caseId } = await casefold.openCase('Liked');
    const { documentId } = await casefold.upload(caseId, [text('grapes')]);
    const { position: liked } = await casefold.act(documentId, 'like');
    expect((await casefold.act(documentId, 'like')).position).toSatisfy(
      (position: string) => BigInt(position) >= BigInt(liked),
    );
    expect(await detail(documentId, liked)).toMatchObject({ likes: 1, likedByMe: true });
    const unliked = await casefold.act(documentId, 'like', { method: 'DELETE' });
    expect(await detail(documentId, unliked.position)).toMatchObject({ likes: 0, likedByMe: false });
    await casefold.act(documentId, 'view', { key: 'seen' });
    await casefold.act(documentId, 'view', { key: 'seen' });
    const { position } = await casefold.act(documentId, 'view');
    const metrics = await casefold.json(metricsSeriesSchema, `/api/cases/${caseId}/metrics`, { position });
    expect(metrics.totals).toMatchObject({ viewed: 2, uploaded: 1, liked: 1 });
  });

  test('tagged by many at the same moment keeps every tagging in its history, and the last one counts', async () => {
    const { caseId } = await casefold.openCase('Tagged');
    const { documentId } = await casefold.upload(caseId, [text('melons')]);
    const names = Array.from({ length: 8 }, (_, index) => `tag ${index}`);
    const answers = await Promise.all(
      names.map(async (tag) => ({
        tag,
        ...(await casefold.act(documentId, 'tags', { method: 'PUT', json: { tags: [tag] } })),
      })),
    );
    const last = answers.reduce((a, b) => (BigInt(a.position) > BigInt(b.position) ? a : b));
    expect((await detail(documentId, last.position)).tags).toEqual([last.tag]);
    const tagged = (await history(documentId, last.position)).filter(({ type }) => type === 'DocumentTagged');
    expect(tagged.map(({ data }) => String(data.tags)).sort()).toEqual(names);
  });

  test('withdrawn takes no like, and is back when its bytes come again', async () => {
    const { caseId } = await casefold.openCase('Withdrawn');
    const { documentId } = await casefold.upload(caseId, [text('quinces')]);
    await overAt(documentId, 'ready');
    const { position } = await casefold.act(documentId, 'withdraw', { json: { reason: 'privileged' } });
    expect(await detail(documentId, position)).toMatchObject({
      stage: 'withdrawn',
      withdrawnReason: 'privileged',
    });
    await expectProblem(
      await casefold.request(`/api/documents/${documentId}/like`, { method: 'POST' }),
      409,
      'document-withdrawn',
    );
    const again = await casefold.upload(caseId, [text('quinces')]);
    expect(again).toMatchObject({ documentId });
    expect(again.duplicateOf).toBeUndefined();
    await overAt(documentId, 'ready');
  });

  test('that failed can be tried again', async () => {
    const { caseId } = await casefold.openCase('Failed');
    const { documentId } = await casefold.upload(caseId, [{ fileName: 'nothing.txt', content: '' }]);
    const failed = await overAt(documentId, 'failed');
    expect(failed.error).toMatchObject({ stage: 'extracting', reason: 'empty' });
    await casefold.act(documentId, 'retry', { json: {} });
    await until('it has failed again', async () => {
      const events = await history(documentId, String(await casefold.head()));
      return events.filter(({ type }) => type === 'DocumentProcessingFailed').length === 2;
    });
  });
});

test('behaviour is recorded in batches', async () => {
  const { caseId } = await casefold.openCase('Behaviour');
  const entry = { action: 'searched', caseId, query: 'lease', occurredAt: new Date().toISOString() };
  const { position } = await casefold.json(writtenSchema, '/api/behaviour', {
    json: { events: Array.from({ length: 200 }, () => entry) },
    key: 'two hundred',
  });
  await casefold.json(writtenSchema, '/api/behaviour', {
    json: { events: Array.from({ length: 200 }, () => entry) },
    key: 'two hundred',
  });
  const { totals } = await casefold.json(metricsSeriesSchema, `/api/cases/${caseId}/metrics`, { position });
  expect(totals.searched).toBe(200);
});

test('whoever writes sees it at once', async () => {
  const { caseId } = await casefold.openCase('Read your writes');
  const { documentId } = await casefold.upload(caseId, [text('lemons')]);
  for (let round = 0; round < 50; round++) {
    const tags = [`round ${round}`];
    const { position } = await casefold.act(documentId, 'tags', { method: 'PUT', json: { tags } });
    const [listed] = await casefold.documents(caseId, position);
    expect(listed?.tags).toEqual(tags);
  }
});
