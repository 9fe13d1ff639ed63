import { z } from 'zod';
import { modelSchema } from '../document/events.ts';
import { requestTraceSchema } from '../document/inference.ts';
import { recommendationSchema } from './events.ts';

/** What is asked of the gpu-runner about recommendations; the graph must have taken in the log up to `position`. */
const position = z.string().regex(/^\d{1,20}$/);

export const recommendRequestSchema = requestTraceSchema.extend({
  userId: z.string(),
  caseId: z.string(),
  position,
  /** Documents that are not to be recommended, whatever speaks for them. */
  excluded: z.array(z.string()),
  limit: z.number().int().positive().max(50),
});
export type RecommendRequest = z.infer<typeof recommendRequestSchema>;

export const recommendAnswerSchema = z.object({
  model: modelSchema,
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  recommendations: z.array(recommendationSchema),
});
export type RecommendAnswer = z.infer<typeof recommendAnswerSchema>;

/** Whom there is anything to recommend to: in one case, or in all. */
export const audienceRequestSchema = requestTraceSchema.extend({ caseId: z.string().optional(), position });
export type AudienceRequest = z.infer<typeof audienceRequestSchema>;
export const audienceAnswerSchema = z.object({
  audience: z.array(z.object({ userId: z.string(), caseId: z.string() })),
});
export type AudienceAnswer = z.infer<typeof audienceAnswerSchema>;

export const recommendSubject = 'gpu.recommend';
export const audienceSubject = 'gpu.recommend-audience';
