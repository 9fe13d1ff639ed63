import { z } from 'zod';
import { modelTask } from '../model-task.ts';
import { factKindSchema } from './facts.ts';

export const mostJourneyClaims = 20;
export const leastRecommendations = 3;
export const mostRecommendations = 5;
export const mostSummaryClaims = 6;

/** A numbered statement that a model may build on: `on` of what it says are places in the list of these. */
const groundSchema = z.object({
  kind: factKindSchema.optional(),
  subject: z.string().optional(),
  text: z.string(),
});
export type Ground = z.infer<typeof groundSchema>;

const on = z.array(z.number().int().nonnegative()).min(1);
const saidClaimSchema = z.object({ text: z.string().min(1), on });
export type SaidClaim = z.infer<typeof saidClaimSchema>;
const refusedClaims = z.number().int().nonnegative();

/** Tells the way of a case from its facts, and from nothing else. */
export const summariseJourneyTask = modelTask('summarise-journey', {
  request: z.object({ caseName: z.string(), facts: z.array(groundSchema) }),
  said: z.object({ claims: z.array(saidClaimSchema).min(1).max(mostJourneyClaims), refusedClaims }),
});
export type SummariseJourneyRequest = z.infer<typeof summariseJourneyTask.request>;
export type SaidJourney = z.infer<typeof summariseJourneyTask.said>;

const saidRecommendationSchema = z.object({
  title: z.string().min(1),
  reason: z.string().min(1),
  on,
});
export type SaidRecommendation = z.infer<typeof saidRecommendationSchema>;

/** Says what to do next in a case, and why. */
export const recommendStrategyTask = modelTask('recommend-strategy', {
  request: z.object({
    caseName: z.string(),
    facts: z.array(groundSchema),
    /** The journey as it was told in the step before. */
    journey: z.array(z.string()),
  }),
  said: z.object({
    recommendations: z.array(saidRecommendationSchema).min(leastRecommendations).max(mostRecommendations),
    refusedClaims,
  }),
});
export type RecommendStrategyRequest = z.infer<typeof recommendStrategyTask.request>;
export type SaidStrategy = z.infer<typeof recommendStrategyTask.said>;

/** Puts in front of a report what somebody must know who reads nothing else of it. */
export const assembleReportTask = modelTask('assemble-report', {
  request: z.object({
    caseName: z.string(),
    /** The journey's statements and then the recommendations, as they will stand in the report. */
    statements: z.array(groundSchema),
    /** How many of the statements, at the end, are recommendations. */
    recommendations: z.number().int().nonnegative(),
  }),
  said: z.object({
    title: z.string().min(1),
    summary: z.array(saidClaimSchema).min(1).max(mostSummaryClaims),
    refusedClaims,
  }),
});
export type AssembleReportRequest = z.infer<typeof assembleReportTask.request>;
export type SaidReport = z.infer<typeof assembleReportTask.said>;
