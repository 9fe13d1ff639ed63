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
    z.object({ kind: z.literal('article'), articleId: z.string(), url: foundText, title: foundText }),
  ]),
  quote: foundText,
});
export type Citation = z.infer<typeof citationSchema>;

/** A sentence of an answer; `citations` are indexes into the answer's citations. Without any it is unsupported. */
export const answerSentenceSchema = z.object({
  text: foundText,
  citations: z.array(z.number().int().nonnegative()),
});

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
      sentences: z.array(answerSentenceSchema),
      citations: z.array(citationSchema),
      /** What research asked on the way, in its order. */
      steps: z.array(z.object({ question: foundText, found: z.boolean() })),
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
