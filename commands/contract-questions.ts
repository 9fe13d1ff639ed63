import { z } from 'zod';
import { questionEvents, questionTextSchema } from '#domain/question/events';

export const askQuestionSchema = z.object({
  caseId: z.string().min(1).max(100),
  question: questionTextSchema,
  /** Looks outside the case too, and keeps what it finds apart. */
  extended: z.boolean().default(false),
  /** Asks itself further questions on the way, within a bound. */
  research: z.boolean().default(false),
});
export type AskQuestion = z.input<typeof askQuestionSchema>;

export const askedQuestionSchema = z.object({
  questionId: z.string(),
  /** Follow it at `/api/jobs/status/{jobId}`. */
  jobId: z.string(),
  position: z.string(),
});
export type AskedQuestion = z.infer<typeof askedQuestionSchema>;

export const ratingBodySchema = questionEvents.AnswerRated.schema.pick({ rating: true, note: true });
export type RatingBody = z.infer<typeof ratingBodySchema>;
