import { afterAll, beforeAll, expect, test } from 'vitest';
import { caseDecider, caseStream } from '#domain/case/decider';
import type { CaseEvent } from '#domain/case/events';
import { foldStream } from '#platform/handle-command';
import {
  caseEntityListSchema,
  duplicateListSchema,
  entityDetailSchema,
  entityListSchema,
} from '#read-api/contract';
import { addText, type ReadSide, startReadSide } from './read-side.ts';

const text = 'Post Office Limited sued Alan Bates. Bates of PO paid nothing.';
const at = (quote: string) => {
  const start = text.indexOf(quote);
  return { start, end: start + quote.length };
};
const provenance = {
  model: { name: 'test', version: '1', digest: 'd', kind: 'built-in' as const },
  parameters: {},
  inputs: [],
};
const sentence = { ...at('Post Office Limited sued Alan Bates.'), text: text.slice(0, 36) };

let side: ReadSide;
beforeAll(async () => {
  side = await startReadSide();
  await side.append('case-c', { type: 'CaseOpened', data: { caseId: 'c', name: 'Horizon' } }, 'c');
  for (const documentId of ['d', 'd2', 'gone']) {
    const ids = { documentId, caseId: 'c' };
    await addText(side, { ...ids, fileName: `${documentId}.txt`, text: `${text} ${documentId}` });
    await side.append(`document-${documentId}`, analysed(documentId), 'c');
  }
  const withdrawn = { documentId: 'gone', caseId: 'c' };
  const position = await side.append('document-gone', { type: 'DocumentWithdrawn', data: withdrawn }, 'c');
  await side.caughtUp(position);
});
afterAll(() => side?.close());

function analysed(documentId: string) {
  const entity = (entityId: string, kind: 'person' | 'organisation', name: string, quote = name) => {
    return { entityId, kind, name, mentions: [at(quote)] };
  };
  const long = [
    entity('po-limited', 'organisation', 'Post Office Limited'),
    entity('alan', 'person', 'Alan Bates'),
  ];
  const short = [
    entity('po', 'organisation', 'Post Office', 'PO'),
    entity('bates', 'person', 'Mr Bates', 'Bates of'),
  ];
  return {
    type: 'DocumentAnalysed' as const,
    data: {
      documentId,
      caseId: 'c',
      summary: [],
      topics: [{ label: 'litigation', score: 1, mentions: [at('sued')] }],
      entities: documentId === 'd2' ? [...short, ...long.slice(1)] : [...long, ...short],
      relations:
        documentId === 'd2' ? [] : [{ kind: 'opposes' as const, from: 'po-limited', to: 'alan', sentence }],
      provenance,
    },
  };
}

const decide = (event: CaseEvent) => side.append('case-c', event, 'c');
const list = async (query = '', position?: string) =>
  caseEntityListSchema.parse(await side.getJson(`/api/cases/c/entities?${query}`, position));
const counted = async (query = '', position?: string) =>
  (await list(query, position)).items.map(({ name, documents, mentions }) => [name, documents, mentions]);

test('the entities of a case, counted without withdrawn documents, a page at a time', async () => {
  const all = [
    ['Alan Bates', 2, 2],
    ['Mr Bates', 2, 2],
    ['Post Office', 2, 2],
    ['Post Office Limited', 1, 1],
  ];
  expect(await counted()).toEqual(all);
  expect(await counted('kind=person')).toEqual(all.slice(0, 2));
  expect(await counted('q=LIMITED')).toEqual(all.slice(3));
  expect(await counted("q=' OR 1=1")).toEqual([]);
  const first = await list('limit=3');
  expect(first).toMatchObject({
    total: 4,
    kinds: [
      { value: 'person', count: 2 },
      { value: 'organisation', count: 2 },
    ],
  });
  expect(await counted(`limit=3&cursor=${first.next}`)).toEqual(all.slice(3));
  expect((await side.get('/api/cases/none/entities')).status).toBe(404);
});

test('which of them may be one', async () => {
  const { duplicates } = duplicateListSchema.parse(await side.getJson('/api/cases/c/entities/duplicates'));
  expect(duplicates.map(({ into, other, reason }) => [into.name, other.name, reason])).toEqual([
    ['Post Office Limited', 'Post Office', 'form'],
    ['Alan Bates', 'Mr Bates', 'part'],
  ]);
});

test('what was merged is one everywhere, later documents follow, and a split takes it back', async () => {
  const names = async (position: string) =>
    entityListSchema.parse(await side.getJson('/api/documents/d/entities', position));
  const before = await names('0');
  expect(before.relations).toEqual([{ kind: 'opposes', from: 'po-limited', to: 'alan', sentence }]);
  expect(before.topics).toEqual([{ label: 'litigation', score: 1, mentions: [at('sued')] }]);

  const data = { caseId: 'c', into: 'po', entityIds: ['po-limited'] };
  let position = await decide({ type: 'EntitiesMerged', data });
  const merged = await names(position);
  expect(merged.entities.find(({ entityId }) => entityId === 'po')).toEqual({
    entityId: 'po',
    name: 'Post Office',
    kind: 'organisation',
    ...at('Post Office Limited'),
    mentions: [at('Post Office Limited'), at('PO')],
    otherDocuments: 1,
    merged: [{ entityId: 'po-limited', name: 'Post Office Limited' }],
  });
  expect(merged.relations).toMatchObject([{ from: 'po', to: 'alan' }]);
  expect(await counted('q=limited', position)).toEqual([['Post Office', 2, 3]]);

  const detail = async (entityId: string, at?: string) =>
    entityDetailSchema.parse(await side.getJson(`/api/cases/c/entities/${entityId}`, at));
  expect(await detail('po-limited')).toMatchObject({
    entityId: 'po',
    documents: 2,
    mentions: 3,
    inDocuments: [{ documentId: 'd', mentions: [at('Post Office Limited'), at('PO')] }, { documentId: 'd2' }],
    relations: [{ from: { name: 'Post Office' }, to: { name: 'Alan Bates' }, documentId: 'd', sentence }],
  });

  await addText(side, { documentId: 'later', caseId: 'c', fileName: 'later.txt', text });
  position = await side.append('document-later', analysed('later'), 'c');
  expect(await counted('q=limited', position)).toEqual([['Post Office', 3, 5]]);

  position = await decide({ type: 'EntitySplit', data: { caseId: 'c', entityId: 'po-limited', from: 'po' } });
  expect(await counted('kind=organisation', position)).toEqual([
    ['Post Office', 3, 3],
    ['Post Office Limited', 2, 2],
  ]);
  expect(await detail('po', position)).toMatchObject({ merged: [], relations: [] });
  expect((await side.get('/api/cases/c/entities/none')).status).toBe(404);

  const state = await foldStream<Parameters<typeof caseDecider.evolve>[0], CaseEvent>(
    side.clients.store,
    caseDecider,
    caseStream('c'),
  );
  expect(state).toMatchObject({ status: 'open', merged: new Map() });
});
