import { z } from 'zod';
import { provenanceSchema } from '../document/events.ts';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { foundText } from '../plain-text.ts';

/** How a person gets on with what they are doing. */
export const performanceStateSchema = z.enum(['focused', 'distracted', 'exploring', 'stuck', 'progressing']);
export type PerformanceState = z.infer<typeof performanceStateSchema>;

export const urgencySchema = z.enum(['low', 'normal', 'high']);
export type Urgency = z.infer<typeof urgencySchema>;

/** What a person might do next, and why. `target` is a thing of the case, where there is one. */
export const nextBestActionSchema = z.object({
  action: z.enum(['read-document', 'ask-question', 'search', 'generate-report', 'review-failed', 'upload']),
  label: foundText,
  reason: foundText,
  documentId: z.string().optional(),
  query: foundText.optional(),
});
export type NextBestAction = z.infer<typeof nextBestActionSchema>;

/** What an insight was made from: the person's clock at the first and the last thing they did, and how many there were. */
export const insightWindowSchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  entries: z.number().int().nonnegative(),
});

/** What the person is told of it, where it is worth telling. */
export const insightNotificationSchema = z.object({
  title: foundText,
  body: foundText,
  urgency: urgencySchema,
});

const ids = { userId: z.string(), insightId: z.string(), caseId: z.string().optional() };

export const insightEvents = {
  BehaviourAnalysed: {
    version: 1,
    schema: z.object({
      ...ids,
      window: insightWindowSchema,
      intent: foundText,
      state: performanceStateSchema,
      nextBestActions: z.array(nextBestActionSchema).max(3),
      notification: insightNotificationSchema.optional(),
      provenance: provenanceSchema,
    }),
  },
  /** A model was asked and said nothing that can be used; the same window is not asked about again. */
  BehaviourAnalysisFailed: {
    version: 1,
    schema: z.object({ ...ids, window: insightWindowSchema, reason: z.string(), message: foundText }),
  },
} as const satisfies EventDefinitions;

export type InsightEvent = EventsOf<typeof insightEvents>;
