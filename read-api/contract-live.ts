import { z } from 'zod';
import { documentStages } from '#domain/document/lifecycle';

const stageSchema = z.enum(documentStages);

/** Passing progress inside a stage, for instance pages read; never in the log. */
export const progressMessageSchema = z.object({
  kind: z.literal('progress'),
  caseId: z.string(),
  documentId: z.string(),
  stage: stageSchema,
  done: z.number(),
  total: z.number(),
  unit: z.string(),
});
export type ProgressMessage = z.infer<typeof progressMessageSchema>;

/** What is being done about a document, a question or a report just now; never in the log. */
export const workingMessageSchema = z.object({
  kind: z.literal('working'),
  caseId: z.string(),
  jobKind: z.enum(['document', 'question', 'report']),
  jobId: z.string(),
  /** Of a document: the stage that the work is in, in which every document of the case waits if this one does. */
  stage: stageSchema.optional(),
  /** In words for a person: `Reading 12 passages`. */
  step: z.string(),
  /** Set while it waits for something that is away, which `step` names. */
  waiting: z.boolean().optional(),
  /** What a model has written so far. */
  text: z.string().optional(),
});
export type WorkingMessage = z.infer<typeof workingMessageSchema>;

/** What workers tell in passing. */
export const passingMessageSchema = z.discriminatedUnion('kind', [
  progressMessageSchema,
  workingMessageSchema,
]);

/** What `/live` sends. A client that gets one fetches what it shows again, with this position. */
export const liveMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), userId: z.string() }),
  z.object({
    kind: z.literal('document'),
    caseId: z.string(),
    documentId: z.string(),
    event: z.string(),
    stage: stageSchema.optional(),
    position: z.string(),
  }),
  z.object({ kind: z.literal('case'), caseId: z.string(), event: z.string(), position: z.string() }),
  z.object({
    kind: z.literal('question'),
    caseId: z.string(),
    questionId: z.string(),
    event: z.string(),
    position: z.string(),
  }),
  z.object({
    kind: z.literal('report'),
    caseId: z.string(),
    reportId: z.string(),
    event: z.string(),
    position: z.string(),
  }),
  /** To one person alone, whichever case they watch; `event` says what it is about. */
  z.object({
    kind: z.literal('personal'),
    userId: z.string(),
    event: z.string(),
    caseId: z.string().optional(),
    position: z.string(),
  }),
  progressMessageSchema,
  workingMessageSchema,
]);
export type LiveMessage = z.infer<typeof liveMessageSchema>;
