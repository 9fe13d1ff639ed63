import { z } from 'zod';
import { behaviourActionSchema } from '../behaviour/events.ts';
import { requestTraceSchema } from '../document/inference.ts';
import { modelTask } from '../model-task.ts';
import { foundText } from '../plain-text.ts';
import { insightNotificationSchema, nextBestActionSchema, performanceStateSchema } from './events.ts';

/** A document of the case that a person had in hand. */
const documentInHandSchema = z.object({
  documentId: z.string(),
  fileName: foundText,
  topics: z.array(foundText),
});

/** What there is in a case for one person: asked of the runner before the analysis, so that advice rests on real things. */
export const situationSubject = 'gpu.situation';
export const situationRequestSchema = requestTraceSchema.extend({
  userId: z.string(),
  caseId: z.string(),
  /** In hand of late, the newest first. */
  documentIds: z.array(z.string()),
  /** Searched for of late, the newest first. */
  queries: z.array(z.string()),
  /** The read models must have taken in the log up to here. */
  position: z.string(),
});
export type SituationRequest = z.infer<typeof situationRequestSchema>;

export const situationSchema = z.object({
  documents: z.array(documentInHandSchema),
  /** What the person might do next, the most fitting first. Nothing else may be advised. */
  candidates: z.array(nextBestActionSchema),
});
export type Situation = z.infer<typeof situationSchema>;

/** One thing a person did, as a model is told of it. */
export const doneSchema = z.object({
  action: behaviourActionSchema,
  occurredAt: z.iso.datetime(),
  documentId: z.string().optional(),
  query: foundText.optional(),
  milliseconds: z.number().optional(),
  characters: z.number().optional(),
});
export type Done = z.infer<typeof doneSchema>;

export const analyseBehaviour = modelTask('analyse-behaviour', {
  request: situationSchema.extend({ done: z.array(doneSchema).min(1) }),
  said: z.object({
    intent: foundText,
    state: performanceStateSchema,
    nextBestActions: z.array(nextBestActionSchema).max(3),
    notification: insightNotificationSchema.optional(),
  }),
});
export type BehaviourRequest = z.infer<typeof analyseBehaviour.request>;
export type SaidOfBehaviour = z.infer<typeof analyseBehaviour.said>;
