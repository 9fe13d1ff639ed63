import type { RecordedEvent } from '#domain/event';
import type { InsightEvent } from '#domain/insight/events';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import { insightListTables } from './table.ts';

const insight = tablePart((schema) => insightListTables(schema).insight, {
  name: 'insight',
  key: ['insightId'],
});

/** What was found out about each person, as it was recorded. */
export const insightList: PostgresReadModel = {
  name: 'insight-list',
  version: 1,
  types: ['BehaviourAnalysed'],
  sink: 'postgres',
  parts: [insight],
  partitionable: true,
  indexes: (schema) => [`CREATE INDEX ON "${schema}".insight (user_id, last_position DESC)`],
  fold(recorded, entries) {
    const event = recorded as RecordedEvent<InsightEvent>;
    if (event.type !== 'BehaviourAnalysed') return;
    const { window, caseId = null, notification = null, ...said } = event.data;
    entries.put(insight, {
      ...said,
      caseId,
      notification,
      fromTime: new Date(window.from),
      toTime: new Date(window.to),
      entries: window.entries,
      recordedAt: event.created,
      lastPosition: event.position,
    });
  },
};
