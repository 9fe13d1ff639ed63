import type { BehaviourEvent } from '#domain/behaviour/events';
import type { DocumentEvent } from '#domain/document/events';
import type { RecordedEvent } from '#domain/event';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import { type UserInterestRow, userInterestTables } from './table.ts';

const interest = tablePart((schema) => userInterestTables(schema).userInterest, {
  name: 'user_interest',
  key: ['userId', 'documentId'],
});

export const userInterest: PostgresReadModel = {
  name: 'user-interest',
  version: 1,
  types: ['DocumentLiked', 'BehaviourRecorded'],
  sink: 'postgres',
  parts: [interest],
  indexes: () => [],
  needs: (event) => interestsOf(event).map((row) => ({ part: interest, key: interest.keyOf(row) })),
  fold(event, entries) {
    for (const row of interestsOf(event)) {
      const before = entries.get(interest, interest.keyOf(row));
      if (!before || before.lastPosition <= row.lastPosition) entries.put(interest, row);
    }
  },
};

function interestsOf(recorded: RecordedEvent): UserInterestRow[] {
  const event = recorded as RecordedEvent<DocumentEvent | BehaviourEvent>;
  const lastPosition = event.position;
  if (event.type === 'DocumentLiked') {
    const { userId, documentId, caseId } = event.data;
    return [{ userId, documentId, caseId, lastPosition }];
  }
  if (event.type !== 'BehaviourRecorded') return [];
  const { userId, entries } = event.data;
  return entries.flatMap(({ action, documentId, caseId }) =>
    action === 'viewed' && documentId && caseId ? [{ userId, documentId, caseId, lastPosition }] : [],
  );
}
