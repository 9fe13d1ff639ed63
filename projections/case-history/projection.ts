import type { RecordedEvent } from '#domain/event';
import type { PostgresProjection } from '../projection.ts';
import { createTable } from '../runner/create-table.ts';
import { slices } from '../runner/fold-rows.ts';
import { caseHistoryTables } from './table.ts';

/** Longest list kept whole in a row: the timeline shows that there were 900 entities, the log says which. */
const longestList = 20;

export function shortened(data: unknown): Record<string, unknown> {
  const entries = Object.entries(data as Record<string, unknown>).map(([key, value]) =>
    Array.isArray(value) && value.length > longestList
      ? [key, { first: value.slice(0, longestList), count: value.length }]
      : [key, value],
  );
  return Object.fromEntries(entries);
}

const documentIdIn = (data: unknown): string | undefined => {
  const { documentId } = data as { documentId?: unknown };
  return typeof documentId === 'string' ? documentId : undefined;
};

const rowOf = (event: RecordedEvent, caseId: string) => ({
  position: event.position,
  eventId: event.id,
  type: event.type,
  stream: event.stream,
  revision: event.revision,
  caseId,
  documentId: documentIdIn(event.data),
  actorKind: event.metadata.actor.kind,
  actorId: event.metadata.actor.id,
  occurredAt: new Date(event.metadata.occurredAt),
  recordedAt: event.created,
  correlationId: event.metadata.correlationId,
  causationId: event.metadata.causationId,
  data: shortened(event.data),
});

/** Takes every type given: the timeline leaves nothing out. */
export const caseHistory = (types: readonly string[]): PostgresProjection => ({
  name: 'case-history',
  version: 1,
  sink: 'postgres',
  types,
  tables: ['history_event'],
  createTables: (schema) => [createTable(caseHistoryTables(schema).historyEvent)],
  createIndexes: (schema) => [
    `CREATE INDEX ON "${schema}".history_event (case_id, position DESC)`,
    `CREATE INDEX ON "${schema}".history_event (document_id, position DESC) WHERE document_id IS NOT NULL`,
  ],
  fold(events) {
    const rows = events.flatMap((event) =>
      event.metadata.caseId ? [rowOf(event, event.metadata.caseId)] : [],
    );
    return {
      async change(transaction, schema) {
        const { historyEvent } = caseHistoryTables(schema);
        for (const slice of slices(rows, 14)) await transaction.insert(historyEvent).values(slice);
      },
    };
  },
});
