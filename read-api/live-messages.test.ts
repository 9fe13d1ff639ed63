import { expect, test } from 'vitest';
import { type CasefoldEvent, eventRegistry } from '#domain/registry';
import { liveMessageSchema } from './contract.ts';
import { liveEventTypes, messageOf } from './live-messages.ts';

const recorded = (type: string, data: Record<string, unknown> = {}) => ({
  type,
  data: { caseId: 'c', documentId: 'd', questionId: 'q', reportId: 'r', userId: 'ada', ...data },
  id: 'e',
  stream: 's',
  revision: 0n,
  position: 9n,
  created: new Date(0),
  metadata: {
    actor: { kind: 'person' as const, id: 'ada' },
    correlationId: 'e',
    causationId: 'e',
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00.000Z',
  },
});

test.each<[CasefoldEvent['type'], Record<string, unknown>, string | undefined]>([
  ['DocumentUploaded', {}, 'received'],
  ['DocumentTextExtracted', {}, 'analysing'],
  ['DocumentAnalysed', {}, 'linking'],
  ['SimilarDocumentsFound', {}, 'ready'],
  ['DocumentProcessingFailed', {}, 'failed'],
  ['DocumentReprocessingRequested', { from: 'linking' }, 'linking'],
  ['DocumentWithdrawn', {}, 'withdrawn'],
  ['DocumentLiked', {}, undefined],
])('%s leads to %j %s', (type, data, stage) => {
  const message = messageOf(recorded(type, data));
  expect(message).toEqual({
    kind: 'document',
    caseId: 'c',
    documentId: 'd',
    event: type,
    position: '9',
    ...(stage && { stage }),
  });
});

test.each<[CasefoldEvent['type'], object]>([
  ['AnswerGiven', { kind: 'question', caseId: 'c', questionId: 'q' }],
  ['ReportCompleted', { kind: 'report', caseId: 'c', reportId: 'r' }],
  ['RecommendationsGenerated', { kind: 'personal', userId: 'ada' }],
])('%s is told as %j', (event, about) => {
  expect(messageOf(recorded(event))).toEqual({ ...about, event, position: '9' });
});

test('every type that is followed has a message in the contract’s shape', () => {
  for (const type of liveEventTypes) {
    expect(eventRegistry).toHaveProperty(type);
    expect(liveMessageSchema.safeParse(messageOf(recorded(type, { from: 'extracting' }))).success).toBe(true);
  }
  expect(messageOf(recorded('BehaviourRecorded'))).toBeUndefined();
});
