import type { RecordedEvent } from '#domain/event';
import { type ReportEvent, reportEvents } from '#domain/report/events';
import { nextReportStage } from '#domain/report/lifecycle';
import { type PostgresReadModel, tablePart } from '../read-model.ts';
import { reportStream } from '../streams.ts';
import { type ReportRow, reportListTables } from './table.ts';

const report = tablePart((schema) => reportListTables(schema).report, { name: 'report', key: ['reportId'] });

export const reportList: PostgresReadModel = {
  name: 'report-list',
  version: 1,
  types: Object.keys(reportEvents),
  sink: 'postgres',
  parts: [report],
  partitionable: true,
  indexes: (schema) => [`CREATE INDEX ON "${schema}".report (case_id, requested_at)`],
  needs: (event) => [{ part: report, key: [reportIdIn(event)] }],
  fold(event, entries) {
    const row = foldReport(entries.get(report, [reportIdIn(event)]), event as RecordedEvent<ReportEvent>);
    if (row) entries.put(report, row);
  },
  streamsOf: (_, [reportId]) => [reportStream(String(reportId))],
};

const reportIdIn = (event: RecordedEvent): string => (event as RecordedEvent<ReportEvent>).data.reportId;

/** A report's row after an event; undefined for a report that nobody asked for. */
function foldReport(row: ReportRow | undefined, event: RecordedEvent<ReportEvent>): ReportRow | undefined {
  const lastPosition = event.position;
  if (event.type === 'ReportRequested') {
    // Asked for again, it begins anew: nothing of what was written before is part of it.
    return {
      ...event.data,
      stage: 'summarising',
      requestedAt: event.created,
      endedAt: null,
      asOf: event.position,
      summarised: null,
      recommended: null,
      completed: null,
      failure: null,
      lastPosition,
    };
  }
  if (!row) return undefined;
  const moved: ReportRow = { ...row, stage: nextReportStage(row.stage, event), lastPosition };
  const { reportId: _, caseId: __, ...data } = event.data;
  switch (event.type) {
    case 'JourneySummarised':
      return { ...moved, summarised: data as NonNullable<ReportRow['summarised']> };
    case 'RecommendationsFormulated':
      return { ...moved, recommended: data as NonNullable<ReportRow['recommended']> };
    case 'ReportCompleted':
      return {
        ...moved,
        completed: data as NonNullable<ReportRow['completed']>,
        endedAt: event.created,
      };
    case 'ReportFailed':
      return { ...moved, failure: data as NonNullable<ReportRow['failure']>, endedAt: event.created };
  }
}
