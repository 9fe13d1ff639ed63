import type { ReportEvent } from '#domain/report/events';
import type { Entries, Need } from '../entries.ts';
import * as graph from './parts.ts';

type Completed = Extract<ReportEvent, { type: 'ReportCompleted' }>['data'];

/** How often a report rests on words of each document, by the document's id. */
function citedBy({ sections }: Completed): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const link of sections.flatMap(({ claims }) => claims.flatMap(({ links }) => links))) {
    if (link.kind === 'passage') times.set(link.documentId, (times.get(link.documentId) ?? 0) + 1);
  }
  return times;
}

export const reportNeeds = (data: Completed): readonly Need[] => [
  { part: graph.caseFile, key: [data.caseId] },
  ...[...citedBy(data).keys()].map((id) => ({ part: graph.document, key: [id] })),
];

/** A report is a node of its case, with an edge to each document it cites. */
export function foldReport(data: Completed, lastPosition: string, entries: Entries): void {
  const { reportId, caseId, title } = data;
  entries.put(graph.finalReport, { id: reportId, reportId, caseId, title, lastPosition });
  if (entries.get(graph.caseFile, [caseId]))
    entries.put(graph.reportOf, { from: reportId, to: caseId, lastPosition });
  const cited = [...citedBy(data)]
    .filter(([id]) => entries.get(graph.document, [id]))
    .map(([to, times]) => ({ from: reportId, to, times, lastPosition }));
  entries.replace(graph.cites, reportId, cited);
}
