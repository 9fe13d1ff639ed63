import { z } from 'zod';
import { documentStages } from '#domain/document/lifecycle';
import { questionStages } from '#domain/question/lifecycle';
import { reportStages } from '#domain/report/lifecycle';

/** What goes through a lifecycle is a job, under its own id: a document, a question, a report. */
export const jobKey = (prefix: string, jobId: string) => `${prefix}job:${jobId}`;

const shared = {
  jobId: z.string(),
  caseId: z.string(),
  lastPosition: z.string(),
};
const error = z.object({ stage: z.string(), reason: z.string(), message: z.string() }).optional();

const documentJobSchema = z.object({
  ...shared,
  kind: z.literal('document'),
  documentId: z.string(),
  fileName: z.string(),
  stage: z.enum(documentStages),
  error,
});
export type DocumentJob = z.infer<typeof documentJobSchema>;
const questionJobSchema = z.object({
  ...shared,
  kind: z.literal('question'),
  stage: z.enum(questionStages),
  error,
});
export type QuestionJob = z.infer<typeof questionJobSchema>;
const reportJobSchema = z.object({
  ...shared,
  kind: z.literal('report'),
  stage: z.enum(reportStages),
  error,
});
export type ReportJob = z.infer<typeof reportJobSchema>;

export const jobRecordSchema = z.discriminatedUnion('kind', [
  documentJobSchema,
  questionJobSchema,
  reportJobSchema,
]);
export type JobRecord = z.infer<typeof jobRecordSchema>;
