import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { BehaviourEntry } from '#domain/behaviour/events';
import { insightListSchema, type LiveMessage, liveMessageSchema } from '#read-api/contract';
import { documentsReady } from '../support/documents-ready.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
let caseId: string;
const documents: string[] = [];
const told: LiveMessage[] = [];
let socket: WebSocket;

const texts = {
  'lease.txt':
    'The lease of the harbour warehouse ends in May. The tenant pays rent each quarter to the landlord.',
  'rent.txt':
    'The rent of the harbour warehouse is reviewed each May. The landlord may raise the rent by notice.',
  'deposit.txt':
    'The tenant of the harbour warehouse paid a deposit. The landlord returns the deposit after the lease.',
  'notice.txt': 'Notice to the tenant: the landlord of the harbour warehouse ends the lease for breach.',
};

beforeAll(async () => {
  product = await startProduct();
  ({ caseId } = await product.openCase('Harbour'));
  for (const [fileName, content] of Object.entries(texts)) {
    documents.push((await product.upload(caseId, [{ fileName, content }])).documentId);
  }
  await documentsReady(product, caseId, documents.length);
  socket = new WebSocket(`${product.url.replace('http', 'ws')}/live`, {
    headers: { authorization: `Bearer ${product.token}` },
  });
  socket.on('message', (data) => told.push(liveMessageSchema.parse(JSON.parse(String(data)))));
  await until('the socket is open', () => told.length > 0);
});
afterAll(async () => {
  socket?.close();
  await product?.stop();
});

type Deed = Omit<BehaviourEntry, 'occurredAt' | 'caseId'>;

const does = (...entries: Deed[]) => doesBy(Date.now(), entries);

/** Twenty seconds apart each, up to what the person's clock says. */
async function doesBy(now: number, entries: readonly Deed[]): Promise<void> {
  const events = entries.map((entry, index) => ({
    ...entry,
    caseId,
    occurredAt: new Date(now - (entries.length - index) * 20_000).toISOString(),
  }));
  const answer = await product.request('/api/behaviour', { method: 'POST', json: { events } });
  expect(answer.status).toBe(202);
}

const insights = async () =>
  insightListSchema.parse(await (await product.request('/api/insights')).json()).items;

test('who searches for the same again and again is seen to be stuck, and advised what is there', async () => {
  const searches = Array.from({ length: 12 }, (_, index) => ({
    action: 'searched' as const,
    query: `harbour deposit ${index}`,
  }));
  await does({ action: 'viewed', ...(documents[0] && { documentId: documents[0] }) }, ...searches);
  await expect.poll(async () => (await insights()).length).toBe(1);
  const [insight] = await insights();
  expect(insight).toMatchObject({
    caseId,
    state: 'stuck',
    intent: expect.stringContaining('Looks for “harbour deposit 11”'),
    notification: { title: 'Not finding “harbour deposit 11”?', urgency: 'normal' },
    provenance: { model: { name: 'casefold-behaviour-rules', kind: 'built-in' } },
    window: { entries: 13 },
  });
  const actions = insight?.nextBestActions ?? [];
  expect(actions).toHaveLength(3);
  const unread = documents.slice(1);
  expect(actions.flatMap(({ documentId }) => documentId ?? []).every((id) => unread.includes(id))).toBe(true);
  expect(actions.map(({ action }) => action)).toContain('ask-question');
});

test('the person hears of it at once', async () => {
  await expect
    .poll(() => told.filter((message) => message.kind === 'personal').map(({ event }) => event))
    .toContain('BehaviourAnalysed');
  expect(told.find((message) => message.kind === 'personal')).toMatchObject({ userId: 'owner', caseId });
});

test('a little more is not worth another look', async () => {
  await does({ action: 'searched', query: 'harbour' });
  await product.caughtUp();
  expect(await insights()).toHaveLength(1);
});

const dayMs = 24 * 3600 * 1000;
const searches = (what: string): Deed[] =>
  Array.from({ length: 13 }, (_, index) => ({ action: 'searched', query: `${what} ${index}` }));

test('what was done days ago and kept until now is no news; a clock years ahead hides nothing that comes later', async () => {
  const kept = await product.openCase('Kept');
  caseId = kept.caseId;
  await doesBy(Date.now() - 3 * dayMs, searches('landlord'));
  caseId = (await product.openCase('Clock')).caseId;
  await doesBy(Date.now() + 4000 * dayMs, searches('breach'));
  await expect.poll(async () => (await insights()).some((insight) => insight.caseId === caseId)).toBe(true);
  const found = await insights();
  expect(found.filter((insight) => insight.caseId === kept.caseId)).toEqual([]);
  const [ahead] = found.filter((insight) => insight.caseId === caseId);
  // The end of what was looked at is what later things are compared with.
  expect(Date.parse(ahead?.window.to ?? '')).toBeLessThanOrEqual(Date.now());
});
