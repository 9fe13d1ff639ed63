import { z } from 'zod';
import { documentStages } from '#domain/document/lifecycle';

/** A document's way through its lifecycle is a job; it has the document's id. */
export const jobKey = (prefix: string, jobId: string) => `${prefix}job:${jobId}`;

export const jobRecordSchema = z.object({
  jobId: z.string(),
  kind: z.literal('document'),
  documentId: z.string(),
  caseId: z.string(),
  fileName: z.string(),
  stage: z.enum(documentStages),
  error: z.object({ stage: z.string(), reason: z.string(), message: z.string() }).optional(),
  lastPosition: z.string(),
});
export type JobRecord = z.infer<typeof jobRecordSchema>;
