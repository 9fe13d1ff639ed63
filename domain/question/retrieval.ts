import { z } from 'zod';
import { requestTraceSchema } from '../document/inference.ts';

/** Where passages of a case are asked for over the bus: the answer is that of a search, in its order. */
export const findPassagesSubject = 'search.passages';

export const findPassagesRequestSchema = requestTraceSchema.extend({
  caseId: z.string(),
  query: z.string().max(2000),
  limit: z.number().int().positive().max(100),
  /** The passages must have taken in the log up to here. */
  position: z.string(),
});
export type FindPassagesRequest = z.infer<typeof findPassagesRequestSchema>;

export const foundPassageSchema = z.object({
  documentId: z.string(),
  fileName: z.string(),
  passageId: z.string(),
  /** Where the passage stands in the extracted text, in UTF-16 code units. */
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
  text: z.string(),
  section: z.string().optional(),
});
export type FoundPassage = z.infer<typeof foundPassageSchema>;

export const findPassagesAnswerSchema = z.object({ passages: z.array(foundPassageSchema) });
export type FindPassagesAnswer = z.infer<typeof findPassagesAnswerSchema>;

/** Where texts are ranked by likeness to a query, whatever they are taken from. */
export const rankTextsSubject = 'gpu.rank-texts';
export const mostRankedTexts = 400;
/** Of the texts of one request as JSON in UTF-8: a message may have 1 MiB, and the query and the trace need room too. */
export const mostRankedBytes = 960 * 1024;

export const rankTextsRequestSchema = requestTraceSchema.extend({
  query: z.string().max(2000),
  texts: z.array(z.string()).max(mostRankedTexts),
});
export type RankTextsRequest = z.infer<typeof rankTextsRequestSchema>;

/** Places of the texts in the request, the likest first; those that are not like it at all are left out. */
export const rankTextsAnswerSchema = z.object({ ranked: z.array(z.number().int().nonnegative()) });
export type RankTextsAnswer = z.infer<typeof rankTextsAnswerSchema>;
