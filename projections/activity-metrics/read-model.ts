import type { BehaviourEvent } from '#domain/behaviour/events';
import type { RecordedEvent } from '#domain/event';
import { laterOf } from '../entries.ts';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import { activityMetricsTables } from './table.ts';

/** The events that count as they are, and as what. */
const metricOf: Readonly<Record<string, string>> = {
  DocumentUploaded: 'uploaded',
  SimilarDocumentsFound: 'ready',
  DocumentProcessingFailed: 'failed',
  DocumentLiked: 'liked',
  DocumentTagged: 'tagged',
  DocumentWithdrawn: 'withdrawn',
};

const activityDay = tablePart((schema) => activityMetricsTables(schema).activityDay, {
  name: 'activity_day',
  key: ['caseId', 'day', 'metric'],
});

export const activityMetrics: PostgresReadModel = {
  name: 'activity-metrics',
  version: 1,
  types: [...Object.keys(metricOf), 'BehaviourRecorded'],
  sink: 'postgres',
  parts: [activityDay],
  indexes: () => [],
  needs: (event) =>
    countedBy(event).map(({ caseId, day, metric }) => ({ part: activityDay, key: [caseId, day, metric] })),
  fold(event, entries) {
    for (const counted of countedBy(event)) {
      const row = entries.get(activityDay, [counted.caseId, counted.day, counted.metric]);
      entries.put(activityDay, {
        ...counted,
        count: (row?.count ?? 0) + 1,
        lastPosition: laterOf(row?.lastPosition, event.position),
      });
    }
  },
};

/** What an event counts for: once for each time something happened. */
function countedBy(event: RecordedEvent) {
  const { caseId } = event.metadata;
  if (!caseId) return [];
  // The day of receipt: the log's clock, not the actor's, so that a wrong clock moves nothing to another day.
  const day = event.created.toISOString().slice(0, 10);
  return metricsOf(event).map((metric) => ({ caseId, day, metric }));
}

function metricsOf(event: RecordedEvent): readonly string[] {
  if (isBehaviour(event)) {
    // What the document's own event counts is not counted again.
    return event.data.entries.flatMap(({ action }) =>
      action === 'liked' || action === 'tagged' ? [] : [action],
    );
  }
  const metric = metricOf[event.type];
  return metric ? [metric] : [];
}

const isBehaviour = (event: RecordedEvent): event is RecordedEvent<BehaviourEvent> =>
  event.type === 'BehaviourRecorded';
