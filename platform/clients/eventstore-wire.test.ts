import { expect, test } from 'vitest';
import { z } from 'zod';
import { eventRegistry } from '#domain/registry';
import { toWire } from './eventstore-wire.ts';

const metadata = {
  actor: { kind: 'person', id: 'ada' },
  correlationId: 'c',
  causationId: 'c',
  occurredAt: '2026-11-22T00:00:00.000Z',
} as const;
const ids = { documentId: 'd', caseId: 'c' };
const wire = (type: string, data: unknown, over = {}) =>
  toWire({ id: 'e', type, data, metadata: { ...metadata, ...over } }, eventRegistry);

test.each(['a\0b', 'a\ud800'])('nothing gets into the log with %j in it', (bad) => {
  expect(() => wire('DocumentLiked', { ...ids, userId: bad })).toThrow(z.ZodError);
  expect(() => wire('DocumentLiked', { ...ids, userId: 'ada' }, { caseId: bad })).toThrow(/metadata/);
  const provenance = {
    model: { name: 'm', version: '1', digest: 'x', kind: 'built-in' },
    parameters: { [bad]: 1 },
    inputs: [],
  };
  expect(() => wire('SimilarDocumentsFound', { ...ids, similar: [], provenance })).toThrow(/surrogate/);
});

test('what a machine said is cleaned: nobody could mend it', () => {
  const failed = { ...ids, stage: 'extracting', reason: 'failed', message: 'bad byte \0 at \ud800' };
  expect(wire('DocumentProcessingFailed', failed).data).toMatchObject({
    message: 'bad byte \ufffd at \ufffd',
  });
  const entries = [{ action: 'refused', subject: 'GET /api/\0\ud83d', occurredAt: metadata.occurredAt }];
  expect(wire('BehaviourRecorded', { userId: 'anonymous', entries }).data).toMatchObject({
    entries: [{ subject: 'GET /api/\ufffd\ufffd' }],
  });
});
