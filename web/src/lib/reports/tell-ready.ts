import { toast } from 'svelte-sonner';
import type { LiveConnection } from '#lib/live/connection.svelte.ts';
import { goto } from '$app/navigation';

/** Where a report is read. */
export const reportPath = (caseId: string, reportId: string) =>
  `/cases/${encodeURIComponent(caseId)}/reports?report=${encodeURIComponent(reportId)}`;

/**
 * Tells whoever watches a case when a report of it is ready, with a way to it.
 *
 * @returns ends it
 */
export const tellReportReady = (live: LiveConnection): (() => void) =>
  live.listen((message) => {
    if (message.kind !== 'report' || message.event !== 'ReportCompleted') return;
    const { caseId, reportId } = message;
    toast.success('The report is ready', {
      action: { label: 'Read it', onClick: () => void goto(reportPath(caseId, reportId)) },
    });
  });
