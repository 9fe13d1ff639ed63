import { z } from 'zod';
import { behaviourEntrySchema } from '#domain/behaviour/events';
import { caseNameSchema } from '#domain/case/events';
import { processingStageSchema, tagsSchema } from '#domain/document/events';
import { plainLines } from '#domain/plain-text';

/** Place in the log that a write reached, as decimal digits. Sent back as `X-Casefold-Position`, a read sees it. */
export const positionSchema = z.string().regex(/^\d{1,20}$/);

export const writtenSchema = z.object({ position: positionSchema });
export type Written = z.infer<typeof writtenSchema>;

export const openCaseSchema = z.object({ name: caseNameSchema });
export const openedCaseSchema = writtenSchema.extend({ caseId: z.string() });

export const uploadedDocumentSchema = z.object({
  fileName: z.string(),
  documentId: z.string(),
  /** Follow it at `/api/jobs/status/{jobId}`. */
  jobId: z.string(),
  sha256: z.string(),
  size: z.number(),
  /** Set when the case holds the same bytes already: that document; nothing was stored twice. */
  duplicateOf: z.string().optional(),
});
export type UploadedDocument = z.infer<typeof uploadedDocumentSchema>;
/** The fields of the first file, and every file in `documents`. */
export const uploadAnswerSchema = writtenSchema.extend(uploadedDocumentSchema.shape).extend({
  documents: z.array(uploadedDocumentSchema),
});
export type UploadAnswer = z.infer<typeof uploadAnswerSchema>;

export const tagsBodySchema = z.object({ tags: tagsSchema });
export const withdrawBodySchema = z.object({ reason: plainLines.max(500).optional() });
export const retryBodySchema = z.object({ from: processingStageSchema.optional() });
export const behaviourBodySchema = z.object({
  events: z.array(behaviourEntrySchema).min(1).max(200),
  /**
   * Names the batch, so that sending it again changes nothing, however much later: in the body, because a beacon sends no
   * headers. It goes before an `Idempotency-Key`.
   */
  batchId: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be 1 to 100 letters, digits, _ and -')
    .optional(),
});

/**
 * How far the demo case is: `interrupted` is a load that ended before its last document and can be gone on with.
 * `remainingSeconds` is missing until there is a rate to tell it from.
 */
export const demoStatusSchema = z.object({
  state: z.enum(['absent', 'loading', 'interrupted', 'loaded']),
  caseId: z.string(),
  name: z.string(),
  done: z.number(),
  failed: z.number(),
  total: z.number(),
  /** Documents a second. */
  rate: z.number(),
  remainingSeconds: z.number().optional(),
});
export type DemoStatus = z.infer<typeof demoStatusSchema>;

export * from './contract-entities.ts';
export * from './contract-notifications.ts';
export * from './contract-questions.ts';
export * from './contract-reports.ts';
export * from './contract-users.ts';
