import { z } from 'zod';

export const generateReportSchema = z.object({ caseId: z.string().min(1).max(100) });

export const requestedReportSchema = z.object({
  reportId: z.string(),
  /** Follow it at `/api/jobs/status/{jobId}`. */
  jobId: z.string(),
  position: z.string(),
});
export type RequestedReport = z.infer<typeof requestedReportSchema>;
