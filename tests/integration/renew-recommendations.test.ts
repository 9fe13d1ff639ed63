import { afterAll, beforeAll, expect, test } from 'vitest';
import { renewAll } from '#commands/reactors/recommendation-schedule';
import { recommendationStream } from '#domain/recommendation/decider';
import type { RecommendationEvent } from '#domain/recommendation/events';
import type { CasefoldEvent } from '#domain/registry';
import { serveRecommendations } from '#gpu-runner/recommend/service';
import { createLogger } from '#platform/log';
import { createPositionWaiter, type PositionWaiter } from '#platform/position-waiter';
import { type ReadSide, startReadSide } from './read-side.ts';

/** What the schedule makes of what several people did, over the real log and graph. */
let side: ReadSide;
let positions: PositionWaiter;
let stopServing: () => Promise<void>;

const log = createLogger('test', 'silent');
const caseId = 'c';
const sha256 = 'a'.repeat(64);
const provenance = {
  model: { name: 'm', version: '1', digest: sha256, kind: 'built-in' as const },
  parameters: {},
  inputs: [],
};

beforeAll(async () => {
  side = await startReadSide();
  const { bus, graph } = side.clients;
  positions = await createPositionWaiter(bus);
  stopServing = await serveRecommendations({ bus, graph, positions });
  await side.append('case-c', { type: 'CaseOpened', data: { caseId, name: 'Acme' } }, caseId);
  for (const documentId of ['a', 'b', 'd', 'e', 'f']) await upload(documentId);
});
afterAll(async () => {
  await stopServing?.();
  await positions?.close();
  await side?.close();
});

const ofDocument = (documentId: string, event: CasefoldEvent) =>
  side.append(`document-${documentId}`, event, caseId);
const upload = (documentId: string) =>
  ofDocument(documentId, {
    type: 'DocumentUploaded',
    data: {
      documentId,
      caseId,
      fileName: `${documentId}.pdf`,
      sha256,
      size: 3,
      mediaType: 'application/pdf',
    },
  });
const like = (userId: string, documentId: string) =>
  ofDocument(documentId, { type: 'DocumentLiked', data: { documentId, caseId, userId } });
const name = (documentId: string, entityId: string, label: string) =>
  ofDocument(documentId, {
    type: 'DocumentAnalysed',
    data: {
      documentId,
      caseId,
      summary: [],
      topics: [],
      entities: [{ entityId, name: label, kind: 'person', mentions: [{ start: 0, end: 3 }] }],
      relations: [],
      provenance,
    },
  });

const renew = () => renewAll(side.clients, log, new AbortController().signal);
async function listsOf(userId: string): Promise<RecommendationEvent[]> {
  const events = side.clients.store.readStream(recommendationStream(userId, caseId));
  return (await Array.fromAsync(events)) as unknown as RecommendationEvent[];
}
/** Document and first reason of each that is on somebody's last list. */
async function saidTo(userId: string): Promise<Record<string, string>> {
  const last = (await listsOf(userId)).at(-1);
  if (last?.type !== 'RecommendationsGenerated') return {};
  return Object.fromEntries(
    last.data.recommendations.map(({ documentId, reasons: [first] }) => [documentId, first?.words ?? '']),
  );
}

test('what others with the same taste like is recommended, though nothing happened to the person', async () => {
  await like('ada', 'a');
  await like('ben', 'a');
  await renew();
  expect(await saidTo('ada')).toEqual({});
  await like('ben', 'b');
  await renew();
  expect(await saidTo('ada')).toEqual({ b: 'Liked by somebody who also liked “a.pdf”, which you liked' });
  expect(await saidTo('ben')).toEqual({});
});

test('renewing again, or several times at once, records nothing that is not new', async () => {
  const before = (await listsOf('ada')).length;
  await renew();
  expect((await listsOf('ada')).length).toBe(before);
  await like('ben', 'd');
  await Promise.all([renew(), renew(), renew()]);
  expect((await listsOf('ada')).length).toBe(before + 1);
  expect(Object.keys(await saidTo('ada')).toSorted()).toEqual(['b', 'd']);
});

test('what people have said is one person counts as one', async () => {
  await name('a', 'jo', 'Jo Ott');
  await name('e', 'josephine', 'Josephine Ott');
  await renew();
  expect(await saidTo('ada')).not.toHaveProperty('e');
  const merged: CasefoldEvent = {
    type: 'EntitiesMerged',
    data: { caseId, into: 'josephine', entityIds: ['jo'] },
  };
  await side.append('case-c', merged, caseId);
  await renew();
  expect((await saidTo('ada')).e).toBe('Names Josephine Ott, as does “a.pdf”, which you liked');
});

test('what was withdrawn is off the list, and nothing is told from it', async () => {
  await ofDocument('b', { type: 'DocumentWithdrawn', data: { documentId: 'b', caseId } });
  await renew();
  expect(Object.keys(await saidTo('ada')).toSorted()).toEqual(['d', 'e']);
  await ofDocument('a', { type: 'DocumentWithdrawn', data: { documentId: 'a', caseId } });
  await renew();
  expect(await saidTo('ada')).toEqual({});
});
