import type { RecordedEvent } from '#domain/event';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import { caseHistoryTables } from './table.ts';

/** Longest list kept whole in a row: the timeline shows that there were 900 entities, the log says which. */
const longestList = 20;

const historyEvent = tablePart((schema) => caseHistoryTables(schema).historyEvent, {
  name: 'history_event',
  key: ['position'],
});

/** Takes every type given: the timeline leaves nothing out. */
export const caseHistory = (types: readonly string[]): PostgresReadModel => ({
  name: 'case-history',
  version: 1,
  types,
  sink: 'postgres',
  parts: [historyEvent],
  partitionable: true,
  indexes: (schema) => [
    `CREATE INDEX ON "${schema}".history_event (case_id, position DESC)`,
    `CREATE INDEX ON "${schema}".history_event (document_id, position DESC) WHERE document_id IS NOT NULL`,
  ],
  fold(event, entries) {
    const { caseId, actor, occurredAt, correlationId, causationId } = event.metadata;
    if (!caseId) return;
    entries.put(historyEvent, {
      position: event.position,
      eventId: event.id,
      type: event.type,
      stream: event.stream,
      revision: event.revision,
      caseId,
      documentId: documentIdIn(event),
      actorKind: actor.kind,
      actorId: actor.id,
      occurredAt: new Date(occurredAt),
      recordedAt: event.created,
      correlationId,
      causationId,
      data: shortened(event.data),
    });
  },
});

function documentIdIn({ data }: RecordedEvent): string | null {
  const { documentId } = data as { documentId?: unknown };
  return typeof documentId === 'string' ? documentId : null;
}

/** An event's data with its long lists cut, and their length told. */
function shortened(data: unknown): Record<string, unknown> {
  const entries = Object.entries(data as Record<string, unknown>).map(([key, value]) =>
    Array.isArray(value) && value.length > longestList
      ? [key, { first: value.slice(0, longestList), count: value.length }]
      : [key, value],
  );
  return Object.fromEntries(entries);
}
