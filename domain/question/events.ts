import { z } from 'zod';
import { provenanceSchema, spanSchema } from '../document/events.ts';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { foundText, plainLines } from '../plain-text.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const ids = { questionId: z.string(), caseId: z.string() };

export const questionTextSchema = plainLines
  .min(1, 'Write a question.')
  .max(2000, 'At most 2000 characters.');

/** A page from outside the case, kept as it was fetched: bytes and readable text are blobs. */
export const articleSchema = z.object({
  articleId: z.string(),
  url: foundText,
  title: foundText,
  /** ISO 8601, UTC. */
  fetchedAt: z.iso.datetime(),
  raw: z.object({ sha256, size: z.number().int().nonnegative(), mediaType: foundText }),
  text: z.object({ sha256, characters: z.number().int().nonnegative() }),
});
export type Article = z.infer<typeof articleSchema>;

/**
 * The words a sentence of an answer rests on. `quote` is exactly what the source's extracted text holds at
 * `start`..`end`, in UTF-16 code units. The source is a document of the case or an article from outside it.
 */
export const citationSchema = spanSchema.extend({
  source: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('document'),
      documentId: z.string(),
      fileName: foundText,
      passageId: z.string(),
    }),
    z.object({
      kind: z.literal('article'),
      articleId: z.string(),
      url: foundText,
      title: foundText,
      fetchedAt: z.iso.datetime(),
      /** Of the page as it was fetched. */
      sha256,
    }),
  ]),
  quote: foundText,
});
export type Citation = z.infer<typeof citationSchema>;

/** A sentence of an answer; `citations` are indexes into the answer's citations. Without any it is unsupported. */
export const answerSentenceSchema = z.object({
  text: foundText,
  citations: z.array(z.number().int().nonnegative()),
});
export type AnswerSentence = z.infer<typeof answerSentenceSchema>;

/** A question that research asked itself; rounds count from 1. Without sentences, it found nothing. */
export const researchStepSchema = z.object({
  round: z.number().int().positive(),
  question: foundText,
  sentences: z.array(answerSentenceSchema),
});
export type ResearchStep = z.infer<typeof researchStepSchema>;

export const questionEvents = {
  QuestionAsked: {
    version: 1,
    schema: z.object({
      ...ids,
      userId: z.string(),
      question: questionTextSchema,
      /** Looks outside the case too. */
      extended: z.boolean(),
      /** Asks itself further questions, within a bound. */
      research: z.boolean(),
    }),
  },
  ArticlesFetched: {
    version: 1,
    schema: z.object({
      ...ids,
      query: foundText,
      provider: foundText,
      articles: z.array(articleSchema),
      /** What was found but not read, and why. */
      refused: z.array(z.object({ url: foundText, reason: z.string(), message: foundText })),
    }),
  },
  AnswerGiven: {
    version: 1,
    schema: z.object({
      ...ids,
      /** `not-in-case`: nothing in the case (or the articles) answers it, and the answer says so. */
      outcome: z.enum(['answered', 'not-in-case']),
      /** Words before the sentences that claim nothing themselves: whose words follow, and how they were chosen. */
      leadIn: foundText.optional(),
      sentences: z.array(answerSentenceSchema),
      /** Of the sentences, and of the steps on the way to them. */
      citations: z.array(citationSchema),
      /** How many citations the model gave that are not in what it was given: refused, and not among these. */
      refusedCitations: z.number().int().nonnegative(),
      /** What research asked on the way and found, in its order. */
      steps: z.array(researchStepSchema),
      /** Of each answer of a model on the way to this one; the last wrote the answer. */
      provenance: z.array(provenanceSchema).min(1),
    }),
  },
  QuestionFailed: {
    version: 1,
    schema: z.object({ ...ids, reason: z.string(), message: foundText }),
  },
  AnswerRated: {
    version: 1,
    schema: z.object({
      ...ids,
      userId: z.string(),
      rating: z.enum(['helpful', 'unhelpful']),
      note: plainLines.max(1000).optional(),
    }),
  },
} as const satisfies EventDefinitions;

export type QuestionEvent = EventsOf<typeof questionEvents>;
