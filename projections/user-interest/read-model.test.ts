import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedEvent } from '#domain/event';
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
type Liked = Extract<CasefoldEvent, { type: 'DocumentLiked' }>['data'];
const row = { userId: 'ada', documentId: 'd', caseId: 'c' };

test('a person is interested in what they viewed or liked, once', async () => {
  const content = await contentOf(userInterest, recorded([viewed, liked]));
  expect(content.user_interest).toEqual([{ ...row, lastPosition: 10n }]);
});

test('a like that was parked takes nothing back', async () => {
  const content = await contentOf(userInterest, recorded([liked, viewed]).toReversed(), [1]);
  expect(content.user_interest).toEqual([{ ...row, lastPosition: 10n }]);
});

/** Views say their case themselves, so that one document may seem to be in several. */
const interests = fc
  .array(
    fc.record({
      userId: fc.constantFrom('ada', 'ben'),
      documentId: fc.constantFrom('d', 'e'),
      caseId: fc.constantFrom('c1', 'c2', 'c3'),
      isLike: fc.boolean(),
    }),
    { maxLength: 25 },
  )
  .map((all) =>
    recorded(
      all.map(
        ({ userId, isLike, ...about }): CasefoldEvent =>
          isLike
            ? { type: 'DocumentLiked', data: { userId, ...about } }
            : {
                type: 'BehaviourRecorded',
                data: { userId, entries: [{ ...entry, ...about, action: 'viewed' }] },
              },
      ),
    ),
  );

/** Of each person and document, the last event in the log. */
function lastOfEach(log: readonly RecordedEvent<CasefoldEvent>[]): readonly object[] {
  const rows = new Map<string, object>();
  for (const { type, data, position: lastPosition } of log) {
    const { documentId, caseId } =
      type === 'BehaviourRecorded' ? (data.entries[0] ?? entry) : (data as Liked);
    const { userId } = data as Liked;
    rows.set(`${userId} ${documentId}`, { userId, documentId, caseId, lastPosition });
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

test('the case is that of the last event in the log, whatever the batches, and whatever was parked', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 10 });
  const parked = fc.record({ stream: fc.nat(3), from: fc.nat(250) });
  await fc.assert(
    fc.asyncProperty(interests, sizes, parked, async (log, batches, { stream, from }) => {
      const wanted = lastOfEach(log);
      expect((await contentOf(userInterest, log, batches)).user_interest).toEqual(wanted);
      const name = [...new Set(log.map((each) => each.stream))][stream];
      const isParked = (each: RecordedEvent) => each.stream === name && each.position >= from;
      const late = [...log.filter((each) => !isParked(each)), ...log.filter(isParked)];
      expect((await contentOf(userInterest, late, batches)).user_interest).toEqual(wanted);
    }),
    { numRuns: 200 },
  );
});
