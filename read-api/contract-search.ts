import { z } from 'zod';
import { spanSchema } from '#domain/document/events';

const share = z.number().min(0).max(1);

/** What each part of a score counts; together they are 1. */
export const graphWeightsSchema = z.object({ semantic: share, pageRank: share, social: share });

export const graphHitSchema = z.object({
  documentId: z.string(),
  caseId: z.string(),
  fileName: z.string(),
  /** The parts below by the weights. */
  score: share,
  /** How near the document's best passage is to the query, as a share of the nearest. */
  semantic: share,
  /** How central the document is between the least (0) and the most central (1) of its case, by PageRank's logarithm. */
  pageRank: share,
  /** How much others liked and looked at it, as a share of the most in its case. */
  social: share,
  /** How many people other than the one who asks stand behind `social`. */
  socialBy: z.object({ likes: z.number(), viewers: z.number() }),
  /** Whether the person has looked at it or likes it. */
  seen: z.boolean(),
  /** Its best passage: offsets in the extracted text, and where the query's words stand in `text`. */
  passage: z.object({
    passageId: z.string(),
    start: z.number(),
    end: z.number(),
    text: z.string(),
    section: z.string().optional(),
    page: z.number().optional(),
    highlights: z.array(spanSchema),
  }),
});
export type GraphHit = z.infer<typeof graphHitSchema>;

export const graphSearchAnswerSchema = z.object({
  /** Which model made the vectors. */
  model: z.string(),
  weights: graphWeightsSchema,
  /** The generation and position of the graph that the PageRank is of, each once where those of several cases differ; it is worked out anew when the graph grows. */
  rankedAt: z.string(),
  hits: z.array(graphHitSchema),
});
export type GraphSearchAnswer = z.infer<typeof graphSearchAnswerSchema>;

/** What a person may have meant: other words for a query, or the name of an entity, topic or document. */
export const suggestionSchema = z.object({ text: z.string(), kind: z.enum(['words', 'name']) });
export type Suggestion = z.infer<typeof suggestionSchema>;
export const suggestionListSchema = z.object({ suggestions: z.array(suggestionSchema) });
