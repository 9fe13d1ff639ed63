import { z } from 'zod';
import { provenanceSchema } from '#domain/document/events';
import { reportSectionSchema } from '#domain/report/events';
import { reportStages } from '#domain/report/lifecycle';

const time = z.iso.datetime();

export const reportSummarySchema = z.object({
  reportId: z.string(),
  caseId: z.string(),
  /** Who asked for it. */
  userId: z.string(),
  status: z.enum(reportStages),
  /** Once it is ready. */
  title: z.string().optional(),
  requestedAt: time,
  /** When it was completed, or failed. */
  endedAt: time.optional(),
  error: z.object({ reason: z.string(), message: z.string() }).optional(),
  lastPosition: z.string(),
});
export type ReportSummary = z.infer<typeof reportSummarySchema>;

export const reportListSchema = z.object({
  items: z.array(reportSummarySchema),
  next: z.string().optional(),
});

export const reportViewSchema = reportSummarySchema.extend({
  /**
   * Position of the request in the log: what happened later is not told. Figures of documents and names are of the time
   * the report was written.
   */
  asOf: z.string(),
  /** The steps that are written; all sections once the report is ready. Every claim rests on its links. */
  sections: z.array(reportSectionSchema),
  /** How many facts of the case it was written from, and the SHA-256 of the blob that keeps them. */
  facts: z.object({ sha256: z.string(), count: z.number() }).optional(),
  /** Claims that a model made without anything to rest on: left out. */
  refusedClaims: z.number(),
  /** Of each step, in their order: journey, recommendations, executive summary. */
  provenance: z.array(provenanceSchema),
});
export type ReportView = z.infer<typeof reportViewSchema>;
