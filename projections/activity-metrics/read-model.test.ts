import { expect, test } from 'vitest';
import type { CasefoldEvent } from '#domain/registry';
import { contentOf, recorded } from '../read-model-specification.ts';
import { activityMetrics } from './read-model.ts';

const liked = (userId: string, day: number) => ({
  type: 'DocumentLiked' as const,
  data: { documentId: userId, caseId: 'c', userId },
  created: new Date(Date.UTC(2026, 0, day, 23, 59)),
});
const day = { caseId: 'c', metric: 'liked' };

test('counts by the day on which the log took an event', async () => {
  const content = await contentOf(
    activityMetrics,
    recorded([liked('ada', 1), liked('ben', 1), liked('cy', 2)]),
  );
  expect(content.activity_day).toEqual([
    { ...day, day: '2026-01-01', count: 2, lastPosition: 10n },
    { ...day, day: '2026-01-02', count: 1, lastPosition: 20n },
  ]);
});

test('counts each thing a person did at once', async () => {
  const occurredAt = '2026-01-01T00:00:00.000Z';
  const viewed: CasefoldEvent = {
    type: 'BehaviourRecorded',
    data: { userId: 'ada', caseId: 'c', entries: [1, 2, 3].map(() => ({ action: 'viewed', occurredAt })) },
  };
  const content = await contentOf(activityMetrics, recorded([viewed]));
  expect(content.activity_day).toMatchObject([{ metric: 'viewed', count: 3 }]);
});

test('counts an event that was parked, and keeps the later position', async () => {
  const [parked, ...others] = recorded([liked('ada', 1), liked('ben', 1)]);
  const late = [...others, parked].filter((event) => event !== undefined);
  const content = await contentOf(activityMetrics, late, [1]);
  expect(content.activity_day).toEqual([{ ...day, day: '2026-01-01', count: 2, lastPosition: 10n }]);
});
