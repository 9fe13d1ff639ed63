import type { LiveMessage } from '#read-api/contract';

type News = {
  readonly tone: 'success' | 'error';
  readonly title: string;
  readonly description?: string;
  /** What the way to it is called. */
  readonly label: string;
  readonly path: string;
};

/** Where a report is read. */
export const reportPath = (caseId: string, reportId: string) =>
  `/cases/${encodeURIComponent(caseId)}/reports?report=${encodeURIComponent(reportId)}`;

/** What there is to tell of a message: that a report has come to its end, good or bad. Nobody else tells of it on its case. */
export function reportNews(message: LiveMessage): News | undefined {
  if (message.kind !== 'report') return undefined;
  const path = reportPath(message.caseId, message.reportId);
  switch (message.event) {
    case 'ReportCompleted':
      return { tone: 'success', title: 'The report is ready', label: 'Read it', path };
    case 'ReportFailed': {
      const description = 'Its page says why, and can try again.';
      return { tone: 'error', title: 'The report could not be made', description, label: 'Look', path };
    }
    default:
      return undefined;
  }
}
