import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { writtenSchema } from '#commands/contract';
import {
  documentDetailSchema,
  historySchema,
  type LiveMessage,
  liveMessageSchema,
  recommendationsSchema,
} from '#read-api/contract';
import { expectProblem } from '../support/problem.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

/** What a person is recommended as they look, like, follow and dismiss, through the whole product. */
let casefold: Product;
let caseId: string;
const ids = new Map<string, string>();

/** Three letters about one lease and its people, three about a vessel, and one that has to do with neither. */
const texts: Record<string, string> = {
  'lease.txt':
    'Lease Agreement between Harbour Estates Ltd and Margaret Dunn. Harbour Estates Ltd lets the warehouse in Rotterdam to Margaret Dunn. The monthly rent of the warehouse is payable in advance.',
  'rent.txt':
    'Rent review of the warehouse. Harbour Estates Ltd asks Margaret Dunn for a higher monthly rent. The rent of the warehouse was last reviewed in 2019.',
  'repairs.txt':
    'Repairs to the warehouse roof. Margaret Dunn asks Harbour Estates Ltd to mend the roof of the warehouse before winter. Harbour Estates Ltd wrote to Stefan Brandt about it.',
  'vessel.txt':
    'Bill of lading of the vessel Aurora. Stefan Brandt ships copper on the vessel Aurora for Nordic Metals GmbH. Nordic Metals GmbH insures the cargo.',
  'cargo.txt':
    'Cargo claim. Nordic Metals GmbH claims for copper that was lost from the vessel Aurora. Stefan Brandt was the master of the vessel.',
  'harbour.txt':
    'Harbour dues of the vessel Aurora. Nordic Metals GmbH pays the dues of the vessel in Rotterdam. The cargo is copper.',
  'recipe.txt': 'Soup of the day. Peel two onions, add salt, pepper and a litre of water, and let it simmer.',
};

beforeAll(async () => {
  casefold = await startProduct();
  ({ caseId } = await casefold.openCase('Recommended'));
  for (const [fileName, content] of Object.entries(texts)) {
    const { documentId } = await casefold.upload(caseId, [{ fileName, content }]);
    ids.set(fileName, documentId);
  }
  for (const documentId of ids.values()) await untilReady(documentId);
});
afterAll(() => casefold.stop());

const idOf = (fileName: string) => ids.get(fileName) ?? '';
const untilReady = (documentId: string) =>
  until(`${documentId} is ready`, async () => {
    const position = String(await casefold.head());
    const { stage } = await casefold.json(documentDetailSchema, `/api/documents/${documentId}`, { position });
    return stage === 'ready';
  });
const recommended = (position?: string) =>
  casefold.json(recommendationsSchema, `/api/recommendations?caseId=${caseId}`, {
    ...(position && { position }),
  });
const namesIn = (list: Awaited<ReturnType<typeof recommended>>) =>
  list.recommendations.map(({ fileName }) => fileName);
/** The list once it is as it should be. */
const untilList = (what: string, is: (names: readonly string[]) => boolean) =>
  until(what, async () => {
    const list = await recommended();
    return is(namesIn(list)) && list;
  });
const act = (documentId: string, action: 'follow' | 'dismiss') =>
  casefold.request(`/api/recommendations/${documentId}/${action}`, { method: 'POST' });
const generatedLists = async () => {
  const position = String(await casefold.head());
  const path = `/api/cases/${caseId}/history?type=RecommendationsGenerated&limit=100`;
  return (await casefold.json(historySchema, path, { position })).items;
};

test('nothing is recommended to somebody who has not looked at anything', async () => {
  expect(await recommended()).toEqual({ recommendations: [] });
  expect(await casefold.json(recommendationsSchema, '/api/recommendations')).toEqual({ recommendations: [] });
});

test('who looks at a document is told of those like it, with reasons, and never of that one', async () => {
  const socket = new WebSocket(`${casefold.url.replace('http', 'ws')}/live`, {
    headers: { authorization: `Bearer ${casefold.token}` },
  });
  const messages: LiveMessage[] = [];
  socket.on('message', (data) => messages.push(liveMessageSchema.parse(JSON.parse(String(data)))));
  await until('the socket is open', async () => messages.length > 0);

  await casefold.act(idOf('lease.txt'), 'view');
  const list = await untilList('there is a list', (names) => names.length > 0);
  const names = namesIn(list);
  expect(names.slice(0, 2).toSorted()).toEqual(['rent.txt', 'repairs.txt']);
  expect(names).not.toContain('lease.txt');
  expect(list.model).toBe('casefold-recommender@1');
  for (const { reasons } of list.recommendations)
    for (const { words, documentId } of reasons) {
      expect(words).toContain('“lease.txt”, which you looked at');
      expect(documentId).toBe(idOf('lease.txt'));
    }
  await until('the socket has told of it', async () =>
    messages.some((message) => message.kind === 'personal' && message.event === 'RecommendationsGenerated'),
  );
  socket.close();
});

test('who names no case is told of the best of all of them', async () => {
  const position = String(await casefold.head());
  const all = await casefold.json(recommendationsSchema, '/api/recommendations', { position });
  const ofCase = await recommended(position);
  expect(all.recommendations.length).toBeGreaterThan(0);
  expect(all).toEqual({ ...ofCase, recommendations: ofCase.recommendations.slice(0, 5) });
});

test('what is dismissed is gone at once, and does not come back', async () => {
  const dismissed = await act(idOf('rent.txt'), 'dismiss');
  expect(dismissed.status).toBe(202);
  const { position } = writtenSchema.parse(await dismissed.json());
  expect(namesIn(await recommended(position))).not.toContain('rent.txt');
  expect((await act(idOf('rent.txt'), 'dismiss')).status).toBe(202);

  await casefold.act(idOf('lease.txt'), 'like');
  const list = await until('the reasons speak of a like', async () => {
    const now = await recommended();
    const words = now.recommendations.flatMap(({ reasons }) => reasons.map((reason) => reason.words));
    return words.some((each) => each.includes('which you liked')) && now;
  });
  expect(namesIn(list)).not.toContain('rent.txt');
});

test('what is followed is gone, and what was never recommended can be neither followed nor dismissed', async () => {
  const followed = await act(idOf('repairs.txt'), 'follow');
  const { position } = writtenSchema.parse(await followed.json());
  expect(namesIn(await recommended(position))).not.toContain('repairs.txt');
  await expectProblem(await act(idOf('lease.txt'), 'follow'), 404, 'not-recommended');
  await expectProblem(await act('unknown', 'dismiss'), 404, 'document-unknown');
});

test('what was withdrawn is not recommended any more', async () => {
  await casefold.act(idOf('vessel.txt'), 'view');
  await untilList('the vessel counts', (names) => names.includes('cargo.txt'));
  await casefold.act(idOf('cargo.txt'), 'withdraw', { json: {} });
  const list = await untilList('the claim is gone', (names) => !names.includes('cargo.txt'));
  expect(namesIn(list)).toContain('harbour.txt');
  for (const seen of ['lease.txt', 'rent.txt', 'repairs.txt', 'vessel.txt'])
    expect(namesIn(list)).not.toContain(seen);
});

test('a list is recorded when it says something new, by the recommender, and caused by what happened', async () => {
  const lists = await generatedLists();
  for (const { actor, causationId } of lists) {
    expect(actor).toEqual({ kind: 'model', id: 'casefold-recommender' });
    expect(causationId).not.toBe('');
  }
  const said = lists.map(({ data }) =>
    JSON.stringify(
      recommendationsSchema.shape.recommendations
        .parse(data.recommendations)
        .map(({ documentId, reasons }) => [documentId, reasons.map(({ words }) => words)]),
    ),
  );
  for (const [index, each] of said.entries()) if (index > 0) expect(each).not.toBe(said[index - 1]);
});

test('a thousand looks at once make a handful of lists', async () => {
  const before = (await generatedLists()).length;
  const looks = Array.from({ length: 100 }, () => ({
    action: 'viewed',
    caseId,
    documentId: idOf('vessel.txt'),
    occurredAt: '2026-01-01T00:00:00.000Z',
  }));
  await Promise.all(
    Array.from({ length: 10 }, () => casefold.request('/api/behaviour', { json: { events: looks } })),
  );
  await casefold.act(idOf('harbour.txt'), 'view');
  await untilList('the last look counts', (names) => !names.includes('harbour.txt'));
  expect((await generatedLists()).length - before).toBeLessThanOrEqual(3);
});
