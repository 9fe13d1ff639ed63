import { describe, expect, test } from 'vitest';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import { foldDocument } from './fold.ts';
import type { DocumentRow } from './table.ts';

const ids = { documentId: 'd', caseId: 'c' };
const sha256 = 'a'.repeat(64);

const recorded = (event: DocumentEvent, position: number) =>
  ({
    ...event,
    id: `e${position}`,
    stream: 'document-d',
    revision: BigInt(position),
    position: BigInt(position),
    created: new Date(1_700_000_000_000 + position),
    metadata: {
      caseId: 'c',
      actor: { kind: 'person', id: 'owner' },
      correlationId: 'c',
      causationId: 'c',
      schemaVersion: 1,
      occurredAt: '2026-01-01T00:00:00Z',
    },
  }) as RecordedEvent<DocumentEvent>;

const folded = (...events: DocumentEvent[]) =>
  events.reduce<DocumentRow | undefined>(
    (row, event, index) => foldDocument(row, recorded(event, index)),
    undefined,
  );

const uploaded: DocumentEvent = {
  type: 'DocumentUploaded',
  data: { ...ids, fileName: 'lease.pdf', sha256, size: 3, mediaType: 'application/octet-stream' },
};
const extracted: DocumentEvent = {
  type: 'DocumentTextExtracted',
  data: {
    ...ids,
    mediaType: 'application/pdf',
    text: { sha256, characters: 9 },
    structure: { sha256, pages: 2, sections: 0, passages: 1 },
    attachments: [],
    extractor: { name: 'x', version: '1' },
    warnings: [],
  },
};
const failed: DocumentEvent = {
  type: 'DocumentProcessingFailed',
  data: { ...ids, stage: 'analysing', reason: 'failed', message: 'The model was away.' },
};
const retried: DocumentEvent = { type: 'DocumentReprocessingRequested', data: { ...ids, from: 'analysing' } };
const withdrawn: DocumentEvent = { type: 'DocumentWithdrawn', data: { ...ids, reason: 'privileged' } };
const liked: DocumentEvent = { type: 'DocumentLiked', data: { ...ids, userId: 'u' } };

describe('a row of document-list', () => {
  test('follows the lifecycle and says which event shaped it last', () => {
    expect(folded(uploaded)).toMatchObject({ stage: 'received', lastPosition: 0n });
    expect(folded(uploaded, extracted)).toMatchObject({
      stage: 'analysing',
      mediaType: 'application/pdf',
      lastPosition: 1n,
    });
  });
  test('shows what went wrong until it is tried again', () => {
    expect(folded(uploaded, extracted, failed)).toMatchObject({
      stage: 'failed',
      failure: { stage: 'analysing', reason: 'failed' },
    });
    expect(folded(uploaded, extracted, failed, retried)).toMatchObject({ stage: 'analysing', failure: null });
  });
  test('counts likes, and keeps them when a withdrawn document comes back', () => {
    const row = folded(uploaded, liked, withdrawn, uploaded);
    expect(row).toMatchObject({ stage: 'received', likes: 1, withdrawnReason: null });
  });
  test('is not made by anything but an upload', () => {
    expect(folded(extracted)).toBeUndefined();
  });
});
