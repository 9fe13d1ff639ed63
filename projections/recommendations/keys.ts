import { z } from 'zod';
import { recommendationSchema } from '#domain/recommendation/events';

/** A person's list in a case lies under one key, as it is served. */
export const recommendationListKey = (prefix: string, userId: string, caseId: string) =>
  `${prefix}list:${userId}+${caseId}`;

/** A person's best of all cases lie together under another. */
export const personRecommendationsKey = (prefix: string, userId: string) => `${prefix}person:${userId}`;

export const recommendationListSchema = z.object({
  userId: z.string(),
  caseId: z.string(),
  /** The best first. */
  recommendations: z.array(recommendationSchema),
  /** When the list was made, ISO 8601 UTC. */
  generatedAt: z.string(),
  /** Who worked it out. */
  model: z.string(),
  lastPosition: z.string(),
});
export type RecommendationList = z.infer<typeof recommendationListSchema>;

export const personRecommendationsSchema = z.object({
  userId: z.string(),
  /** The best of each case that has any, in the order of the cases' ids. */
  cases: z.array(recommendationListSchema.omit({ userId: true, lastPosition: true })),
  lastPosition: z.string(),
});
export type PersonRecommendations = z.infer<typeof personRecommendationsSchema>;
