import { expect, test } from 'vitest';
import type { CasefoldEvent } from '#domain/registry';
import { contentOf, recorded } from '../read-model-specification.ts';
import { userInterest } from './read-model.ts';

const entry = { documentId: 'd', caseId: 'c', occurredAt: '2026-01-01T00:00:00.000Z' };
const liked: CasefoldEvent = { type: 'DocumentLiked', data: { documentId: 'd', caseId: 'c', userId: 'ada' } };
const viewed: CasefoldEvent = {
  type: 'BehaviourRecorded',
  data: {
    userId: 'ada',
    entries: [
      { ...entry, action: 'viewed' },
      { ...entry, documentId: 'e', action: 'opened' },
    ],
  },
};
const row = { userId: 'ada', documentId: 'd', caseId: 'c' };

test('a person is interested in what they viewed or liked, once', async () => {
  const content = await contentOf(userInterest, recorded([viewed, liked]));
  expect(content.user_interest).toEqual([{ ...row, lastPosition: 10n }]);
});

test('a like that was parked takes nothing back', async () => {
  const content = await contentOf(userInterest, recorded([liked, viewed]).toReversed(), [1]);
  expect(content.user_interest).toEqual([{ ...row, lastPosition: 10n }]);
});
