import { z } from 'zod';
import { spanSchema } from '../document/events.ts';
import { modelTask } from '../model-task.ts';
import { answerSentenceSchema } from './events.ts';

/** The most passages that a model is given at a time. */
export const mostPassages = 24;
/** The most further questions that research may ask itself, and in how many rounds. */
export const mostSubQuestions = 5;
export const mostRounds = 3;

/** A passage as it is put before a model: what it is taken from, and its words. */
export const givenPassageSchema = z.object({
  title: z.string(),
  section: z.string().optional(),
  text: z.string(),
});
export type GivenPassage = z.infer<typeof givenPassageSchema>;

const passages = z.array(givenPassageSchema).max(mostPassages);

export const saidAnswerSchema = z.object({
  /** False when nothing in the passages answers the question; then there are no sentences. */
  found: z.boolean(),
  leadIn: z.string().optional(),
  sentences: z.array(answerSentenceSchema),
  /** Places in the passages given: `passage` is an index, the span lies in that passage's text (UTF-16). */
  citations: z.array(spanSchema.extend({ passage: z.number().int().nonnegative() })),
  /** Citations of what is not in the passages; none of them is kept. */
  refusedCitations: z.number().int().nonnegative(),
});
export type SaidAnswer = z.infer<typeof saidAnswerSchema>;

/** Answers a question from passages, and from nothing else. */
export const answerQuestionTask = modelTask('answer-question', {
  request: z.object({ question: z.string(), passages }),
  said: saidAnswerSchema,
});
export type AnswerQuestionRequest = z.infer<typeof answerQuestionTask.request>;

/** Proposes what else to ask so that a question can be answered; none when enough is known. */
export const proposeQuestionsTask = modelTask('propose-questions', {
  request: z.object({
    question: z.string(),
    /** What was asked before: not to be proposed again. */
    asked: z.array(z.string()),
    most: z.number().int().min(1).max(mostSubQuestions),
    passages,
  }),
  said: z.object({ questions: z.array(z.string().min(1).max(500)).max(mostSubQuestions) }),
});
export type ProposeQuestionsRequest = z.infer<typeof proposeQuestionsTask.request>;
