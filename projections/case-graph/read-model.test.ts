import { expect, test } from 'vitest';
import type { CasefoldEvent } from '#domain/registry';
import { contentOf, recorded } from '../read-model-specification.ts';
import { caseGraphSchema } from './graph.ts';
import { caseGraph } from './read-model.ts';

const sha256 = 'a'.repeat(64);
const provenance = {
  model: { name: 'm', version: '1', digest: sha256, kind: 'built-in' as const },
  parameters: {},
  inputs: [],
};
const sentence = { start: 0, end: 13, text: 'Ada owns Ben.' };
const opened: CasefoldEvent = { type: 'CaseOpened', data: { caseId: 'c', name: 'Acme' } };
const uploaded = (documentId: string, parentDocumentId?: string): CasefoldEvent => ({
  type: 'DocumentUploaded',
  data: {
    documentId,
    caseId: 'c',
    fileName: 'a.pdf',
    sha256,
    size: 3,
    mediaType: 'application/pdf',
    ...(parentDocumentId && { parentDocumentId }),
  },
});
const analysed = (documentId: string, ...names: [entityId: string, name: string][]): CasefoldEvent => ({
  type: 'DocumentAnalysed',
  data: {
    documentId,
    caseId: 'c',
    summary: [],
    topics: [{ label: 'law', score: 0.5, mentions: [{ start: 7, end: 10 }] }],
    entities: names.map(([entityId, name], index) => ({
      entityId,
      name,
      kind: 'person',
      mentions: [{ start: index, end: index + 1 }],
    })),
    relations: names.slice(1).map(([to]) => ({ kind: 'owns', from: names[0]?.[0] ?? '', to, sentence })),
    provenance,
  },
});
const merged = (into: string, ...entityIds: string[]): CasefoldEvent => ({
  type: 'EntitiesMerged',
  data: { caseId: 'c', into, entityIds },
});
const split = (entityId: string, from: string): CasefoldEvent => ({
  type: 'EntitySplit',
  data: { caseId: 'c', entityId, from },
});
const similar = (documentId: string, ...others: string[]): CasefoldEvent => ({
  type: 'SimilarDocumentsFound',
  data: {
    documentId,
    caseId: 'c',
    similar: others.map((id) => ({ documentId: id, score: 0.5 })),
    provenance,
  },
});
const liking = (type: 'DocumentLiked' | 'DocumentUnliked'): CasefoldEvent => ({
  type,
  data: { documentId: 'd', caseId: 'c', userId: 'ada' },
});
const viewed = (...documentIds: string[]): CasefoldEvent => ({
  type: 'BehaviourRecorded',
  data: {
    userId: 'ada',
    entries: documentIds.map((documentId) => ({
      action: 'viewed',
      documentId,
      occurredAt: '2026-01-01T00:00:00.000Z',
    })),
  },
});
const generated = (...documentIds: string[]): CasefoldEvent => ({
  type: 'RecommendationsGenerated',
  data: {
    userId: 'ada',
    caseId: 'c',
    recommendations: documentIds.map((documentId) => ({
      documentId,
      caseId: 'c',
      fileName: 'a.pdf',
      score: 0.5,
      reasons: [{ kind: 'similar', words: 'Its text is like that of “x”', documentId: 'x' }],
    })),
    upTo: '0',
    provenance,
  },
});
const on = (
  type: 'RecommendationFollowed' | 'RecommendationDismissed',
  documentId: string,
): CasefoldEvent => ({
  type,
  data: { userId: 'ada', caseId: 'c', documentId },
});
const graphOf = (...events: CasefoldEvent[]) => contentOf(caseGraph, recorded(events), [1]);

test('two spellings of an entity are one node and one edge, of the first', async () => {
  const graph = await graphOf(uploaded('d'), analysed('d', ['e', 'Ada'], ['e', 'ADA']));
  expect(graph.Entity).toEqual([
    { id: 'e', entityId: 'e', caseId: 'c', kind: 'person', name: 'Ada', normalised: '', lastPosition: '10' },
  ]);
  expect(graph.MENTIONS).toEqual([
    { from: 'd', to: 'e', mentions: '[{"start":0,"end":1}]', times: 1, lastPosition: '10' },
  ]);
});

test('another analysis takes the place of the last, and leaves the nodes', async () => {
  const graph = await graphOf(uploaded('d'), analysed('d', ['e', 'Ada']), analysed('d', ['f', 'Ben']));
  expect(graph.MENTIONS).toMatchObject([{ to: 'f', lastPosition: '20' }]);
  expect(graph.Entity).toHaveLength(2);
  expect(graph.ABOUT).toEqual([
    { from: 'd', to: 'c:topic:law', score: 0.5, mentions: '[{"start":7,"end":10}]', lastPosition: '20' },
  ]);
});

test('what documents say of two entities is one node, and each says it in a sentence of its own', async () => {
  const said = analysed('d', ['e', 'Ada'], ['f', 'Ben'], ['f', 'BEN']);
  const graph = await graphOf(
    uploaded('d'),
    uploaded('d2'),
    said,
    analysed('d2', ['e', 'Ada'], ['f', 'Ben']),
  );
  expect(graph.Relation).toEqual([
    { id: 'e:owns:f', caseId: 'c', kind: 'owns', ofEntity: 'e', toEntity: 'f', lastPosition: '30' },
  ]);
  expect(graph.RELATION_OF).toEqual([{ from: 'e', to: 'e:owns:f', lastPosition: '30' }]);
  expect(graph.RELATION_TO).toEqual([{ from: 'e:owns:f', to: 'f', lastPosition: '30' }]);
  expect(graph.STATES).toEqual(
    ['d', 'd2'].map((from, index) => ({
      from,
      to: 'e:owns:f',
      sentence: JSON.stringify(sentence),
      lastPosition: String(20 + index * 10),
    })),
  );
  const again = await graphOf(uploaded('d'), said, analysed('d', ['e', 'Ada']));
  expect([again.STATES, again.Relation?.length]).toEqual([[], 1]);
});

test('an entity is merged into another, with all that was merged into it, until it is split off', async () => {
  const known = [uploaded('d'), analysed('d', ['e', 'Ada'], ['f', 'Ben'], ['g', 'Cy'])];
  const edges = async (...events: CasefoldEvent[]) => {
    const { MERGED_INTO, MENTIONS } = await graphOf(...known, ...events);
    expect(MENTIONS).toHaveLength(3);
    return (MERGED_INTO as { from: string; to: string }[]).map(({ from, to }) => `${from} is ${to}`);
  };
  expect(await edges(merged('e', 'f'))).toEqual(['f is e']);
  expect(await edges(merged('e', 'f'), merged('g', 'e', 'f'))).toEqual(['e is g', 'f is g']);
  expect(await edges(merged('e', 'f', 'g'), split('f', 'e'))).toEqual(['g is e']);
  expect(await edges(merged('e', 'f'), merged('f', 'e'))).toEqual(['e is f']);
  expect(await edges(merged('e', 'unknown', 'e'))).toEqual([]);
});

test('a document that comes later changes no merge', async () => {
  const known = [uploaded('d'), analysed('d', ['e', 'Ada'], ['f', 'Ben']), merged('e', 'f')];
  const graph = await graphOf(...known, uploaded('d2'), analysed('d2', ['f', 'Ben']));
  expect(graph.MERGED_INTO).toEqual([{ from: 'f', to: 'e', lastPosition: '20' }]);
});

test('an edge is put only where both its ends are', async () => {
  const graph = await graphOf(uploaded('d', 'no parent'), similar('d', 'd2', 'unknown'), viewed('unknown'));
  const { IN_CASE, ATTACHED_TO, SIMILAR_TO, VIEWED, User } = graph;
  expect([IN_CASE, ATTACHED_TO, SIMILAR_TO, VIEWED, User?.length]).toEqual([[], [], [], [], 1]);
  const whole = await graphOf(
    opened,
    uploaded('p'),
    uploaded('d', 'p'),
    similar('d', 'p'),
    analysed('no', ['e', 'A']),
  );
  expect(whole.IN_CASE).toHaveLength(2);
  expect(whole.ATTACHED_TO).toEqual([{ from: 'd', to: 'p', lastPosition: '20' }]);
  expect(whole.SIMILAR_TO).toEqual([{ from: 'd', to: 'p', score: 0.5, lastPosition: '30' }]);
  expect([whole.MENTIONS, whole.Entity?.length]).toEqual([[], 1]);
});

test('a like that is taken back leaves the person', async () => {
  const likes = await graphOf(uploaded('d'), liking('DocumentLiked'));
  expect(likes.LIKED).toEqual([{ from: 'ada', to: 'd', lastPosition: '10' }]);
  const none = await graphOf(uploaded('d'), liking('DocumentLiked'), liking('DocumentUnliked'));
  expect([none.LIKED, none.User]).toEqual([[], [{ id: 'ada', userId: 'ada', lastPosition: '20' }]]);
});

test('views are counted one by one', async () => {
  const graph = await graphOf(uploaded('d'), viewed('d', 'd'), viewed('d'));
  expect(graph.VIEWED).toEqual([{ from: 'ada', to: 'd', times: 3, lastPosition: '20' }]);
});

test('a withdrawn document stays, marked', async () => {
  const withdrawn: CasefoldEvent = { type: 'DocumentWithdrawn', data: { documentId: 'd', caseId: 'c' } };
  const graph = await graphOf(uploaded('d'), withdrawn);
  expect(graph.Document).toMatchObject([{ id: 'd', withdrawn: true, lastPosition: '10' }]);
});

test('what was parked and comes late changes no node that a later event has shaped', async () => {
  const log = recorded([
    uploaded('d'),
    uploaded('d2'),
    analysed('d', ['e', 'Ada']),
    analysed('d2', ['e', 'ADA']),
  ]);
  const late = [0, 1, 3, 2].flatMap((index) => log[index] ?? []);
  const graph = await contentOf(caseGraph, late, [1]);
  expect(graph).toEqual(await contentOf(caseGraph, log));
  expect(graph.Entity).toMatchObject([{ name: 'ADA', lastPosition: '30' }]);
});

test('late views count, and the later position stays', async () => {
  const log = recorded([uploaded('d'), viewed('d'), viewed('d')]);
  const late = [0, 2, 1].flatMap((index) => log[index] ?? []);
  expect(await contentOf(caseGraph, late, [1])).toEqual(await contentOf(caseGraph, log));
});

test('edges lead to what is recommended now, and to what a person made of it', async () => {
  const before = [uploaded('d'), uploaded('p'), generated('d', 'p', 'unknown')] as const;
  const graph = await graphOf(...before);
  expect(graph.RECOMMENDS).toMatchObject([
    { from: 'ada+c', to: 'd', rank: 1, score: 0.5, lastPosition: '20' },
    { from: 'ada+c', to: 'p', rank: 2 },
  ]);
  expect(graph.RECOMMENDED_TO).toEqual([{ from: 'ada+c', to: 'ada', lastPosition: '20' }]);
  const after = await graphOf(...before, on('RecommendationFollowed', 'd'), generated('p'));
  expect(after.RECOMMENDS).toMatchObject([{ to: 'p', rank: 1, lastPosition: '40' }]);
  expect(after.FOLLOWED).toEqual([{ from: 'ada', to: 'd', lastPosition: '30' }]);
  const { DISMISSED, RECOMMENDS } = await graphOf(...before, on('RecommendationDismissed', 'p'));
  expect(DISMISSED).toMatchObject([{ from: 'ada', to: 'p' }]);
  expect(RECOMMENDS).toMatchObject([{ to: 'd' }]);
});

const cited = (documentId: string) => ({
  kind: 'passage' as const,
  ...{ documentId, fileName: 'a.pdf', passageId: `${documentId}.0`, start: 0, end: 3, quote: 'The' },
});
const reported = (...documentIds: string[]): CasefoldEvent => ({
  type: 'ReportCompleted',
  data: {
    reportId: 'r',
    caseId: 'c',
    title: 'Report',
    sections: [
      {
        kind: 'project-journey',
        heading: 'Project journey',
        claims: documentIds.map((id) => ({ text: 'The.', links: [cited(id), cited(id)] })),
      },
    ],
    text: { sha256: 'a'.repeat(64), characters: 4 },
    structure: { sha256: 'a'.repeat(64), pages: 0, sections: 1, passages: 1 },
    refusedClaims: 0,
    provenance: {
      model: { name: 'm', version: '1', digest: 'x', kind: 'built-in' },
      parameters: {},
      inputs: [],
    },
  },
});

test('a report is a node of its case, and cites the documents that it rests on', async () => {
  const graph = await graphOf(opened, uploaded('d'), reported('d', 'unknown'));
  expect(graph.FinalReport).toEqual([
    { id: 'r', reportId: 'r', caseId: 'c', title: 'Report', lastPosition: '20' },
  ]);
  expect(graph.REPORT_OF).toEqual([{ from: 'r', to: 'c', lastPosition: '20' }]);
  expect(graph.CITES).toEqual([{ from: 'r', to: 'd', times: 2, lastPosition: '20' }]);
});

test('entries have every property of the schema, and the schema has a part for each', async () => {
  const graph = await graphOf(
    opened,
    uploaded('p'),
    uploaded('d', 'p'),
    analysed('d', ['e', 'Ada'], ['f', 'Ben']),
    merged('e', 'f'),
    similar('d', 'p'),
    liking('DocumentLiked'),
    viewed('d'),
    generated('d', 'p', 'unknown'),
    on('RecommendationFollowed', 'd'),
    on('RecommendationDismissed', 'unknown'),
    on('RecommendationDismissed', 'd'),
    generated('p'),
    reported('d', 'unknown'),
  );
  const ofStore = (label: string) => label.startsWith('Projection');
  const nodes = Object.entries(caseGraphSchema.nodes).filter(([label]) => !ofStore(label));
  const expected = {
    ...Object.fromEntries(nodes.map(([label, { properties }]) => [label, Object.keys(properties)])),
    ...Object.fromEntries(
      Object.entries(caseGraphSchema.relationships).map(([type, { properties }]) => [
        type,
        ['from', 'to', ...Object.keys(properties ?? {})],
      ]),
    ),
  };
  expect(Object.keys(graph).sort()).toEqual(Object.keys(expected).sort());
  for (const [part, properties] of Object.entries(expected)) {
    expect(graph[part], part).not.toEqual([]);
    for (const entry of graph[part] ?? []) expect(Object.keys(entry).sort()).toEqual(properties.toSorted());
  }
});
