import { expect, test } from 'vitest';
import { specificationOf } from '../decider-specification.ts';
import { behaviourDecider } from './decider.ts';

const { given } = specificationOf(behaviourDecider);
const at = '2026-01-01T10:00:00Z';

test('a batch becomes one event for each case', () => {
  const events = given().when({
    type: 'RecordBehaviour',
    userId: 'owner',
    entries: [
      { action: 'viewed', caseId: 'a', documentId: 'd1', occurredAt: at },
      { action: 'searched', caseId: 'b', query: 'lease', occurredAt: at },
      { action: 'viewed', caseId: 'a', documentId: 'd2', occurredAt: at },
    ],
  });
  expect(events.map((event) => [event.data.caseId, event.data.entries.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});
