import { expect, test } from 'vitest';
import type { CasefoldEvent } from '#domain/registry';
import { contentOf, recorded } from '../read-model-specification.ts';
import { documentList } from './read-model.ts';

const ids = { documentId: 'd', caseId: 'c' };
const opened: CasefoldEvent = { type: 'CaseOpened', data: { caseId: 'c', name: 'Acme' } };
const uploaded: CasefoldEvent = {
  type: 'DocumentUploaded',
  data: { ...ids, fileName: 'a.pdf', sha256: 'a'.repeat(64), size: 3, mediaType: 'application/pdf' },
};
const liked: CasefoldEvent = { type: 'DocumentLiked', data: { ...ids, userId: 'ada' } };
const unliked: CasefoldEvent = { type: 'DocumentUnliked', data: { ...ids, userId: 'ada' } };

const at = (event: CasefoldEvent, day: number) => ({ ...event, created: new Date(Date.UTC(2026, 0, day)) });

test('a document has every column, empty where nothing is known yet', async () => {
  const { document } = await contentOf(documentList, recorded([opened, uploaded]));
  expect(document).toEqual([
    {
      ...ids,
      fileName: 'a.pdf',
      sha256: 'a'.repeat(64),
      size: 3,
      mediaType: 'application/pdf',
      custodian: null,
      claimedDate: null,
      parentDocumentId: null,
      uploadedAt: new Date(Date.UTC(2026, 0, 1)),
      stage: 'received',
      failure: null,
      withdrawnReason: null,
      extraction: null,
      summary: null,
      topics: [],
      provenance: null,
      tags: [],
      likes: 0,
      lastPosition: 10n,
    },
  ]);
});

test('a like taken back no longer counts, and its row says when', async () => {
  const content = await contentOf(documentList, recorded([opened, uploaded, liked, unliked]));
  expect(content.document).toMatchObject([{ likes: 0, lastPosition: 30n }]);
  expect(content.document_like).toEqual([
    { documentId: 'd', userId: 'ada', liked: false, lastPosition: 30n },
  ]);
});

test('the last activity of a case does not go back for an event that was parked', async () => {
  const [first, parked, last] = recorded([
    at(opened, 1),
    at(uploaded, 2),
    at({ ...opened, type: 'CaseRenamed' }, 3),
  ]);
  const content = await contentOf(
    documentList,
    [first, last, parked].filter((event) => event !== undefined),
    [1],
  );
  expect(content.case_file).toMatchObject([
    {
      openedAt: new Date(Date.UTC(2026, 0, 1)),
      lastActivityAt: new Date(Date.UTC(2026, 0, 3)),
      lastPosition: 20n,
    },
  ]);
  expect(content.document).toHaveLength(1);
});

test('a document of a case that was never opened makes no case', async () => {
  const content = await contentOf(documentList, recorded([uploaded]));
  expect([content.case_file, content.document?.length]).toEqual([[], 1]);
});

test('text that no store takes is made fit before it is folded', async () => {
  const odd: CasefoldEvent = { type: 'CaseOpened', data: { caseId: 'c\0', name: 'A\ud800' } };
  const content = await contentOf(documentList, recorded([odd]));
  expect(content.case_file).toMatchObject([{ caseId: 'c\ufffd', name: 'A\ufffd' }]);
});
