import { sql } from 'drizzle-orm';
import type { BehaviourEvent } from '#domain/behaviour/events';
import type { RecordedEvent } from '#domain/event';
import type { Transaction } from '#platform/clients/postgres';
import type { PostgresProjection } from '../projection.ts';
import { createTable } from '../runner/create-table.ts';
import { slices } from '../runner/fold-rows.ts';
import { type ActivityDayRow, activityMetricsTables } from './table.ts';

/** The events that count as they are, and as what. */
const metricOf: Readonly<Record<string, string>> = {
  DocumentUploaded: 'uploaded',
  SimilarDocumentsFound: 'ready',
  DocumentProcessingFailed: 'failed',
  DocumentLiked: 'liked',
  DocumentTagged: 'tagged',
  DocumentWithdrawn: 'withdrawn',
};

const isBehaviour = (event: RecordedEvent): event is RecordedEvent<BehaviourEvent> =>
  event.type === 'BehaviourRecorded';

/** What an event adds to, by metric. */
function metricsOf(event: RecordedEvent): string[] {
  if (isBehaviour(event)) return event.data.entries.map((entry) => entry.action);
  const metric = metricOf[event.type];
  return metric ? [metric] : [];
}

export const activityMetrics: PostgresProjection = {
  name: 'activity-metrics',
  version: 1,
  sink: 'postgres',
  types: [...Object.keys(metricOf), 'BehaviourRecorded'],
  tables: ['activity_day'],
  createTables: (schema) => [createTable(activityMetricsTables(schema).activityDay)],
  createIndexes: () => [],
  fold(events) {
    const counts = new Map<string, ActivityDayRow>();
    for (const event of events) {
      const { caseId } = event.metadata;
      if (!caseId) continue;
      // The day of receipt: the log's clock, not the actor's, so that a wrong clock moves nothing to another day.
      const day = event.created.toISOString().slice(0, 10);
      for (const metric of metricsOf(event)) {
        const key = `${caseId} ${day} ${metric}`;
        const count = (counts.get(key)?.count ?? 0) + 1;
        counts.set(key, { caseId, day, metric, count, lastPosition: event.position });
      }
    }
    return { change: (transaction, schema) => addCounts(transaction, schema, [...counts.values()]) };
  },
};

async function addCounts(
  transaction: Transaction,
  schema: string,
  rows: readonly ActivityDayRow[],
): Promise<void> {
  const { activityDay } = activityMetricsTables(schema);
  for (const slice of slices(rows, 5)) {
    await transaction
      .insert(activityDay)
      .values(slice)
      .onConflictDoUpdate({
        target: [activityDay.caseId, activityDay.day, activityDay.metric],
        set: {
          count: sql`${activityDay.count} + excluded.count`,
          lastPosition: sql`excluded.last_position`,
        },
      });
  }
}
