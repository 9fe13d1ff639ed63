import { z } from 'zod';
import { provenanceSchema, spanSchema } from '#domain/document/events';
import { answerSentenceSchema, questionEvents, researchStepSchema } from '#domain/question/events';
import { questionStages } from '#domain/question/lifecycle';

const time = z.iso.datetime();
/** `quote` is exactly what the source's extracted text holds at `start`..`end`, in UTF-16 code units. */
const quoted = spanSchema.extend({ quote: z.string() });

/** The words an answer rests on: of a document of the case, or of an article from outside it. */
export const citationViewSchema = z.discriminatedUnion('kind', [
  quoted.extend({
    kind: z.literal('document'),
    documentId: z.string(),
    fileName: z.string(),
    passageId: z.string(),
  }),
  quoted.extend({
    kind: z.literal('article'),
    articleId: z.string(),
    url: z.string(),
    title: z.string(),
    fetchedAt: time,
    /** Of the page as it was fetched. */
    sha256: z.string(),
  }),
]);
export type CitationView = z.infer<typeof citationViewSchema>;

const articles = questionEvents.ArticlesFetched.schema.shape;
const ratingSchema = questionEvents.AnswerRated.schema.pick({ rating: true, note: true });

export const questionSummarySchema = z.object({
  questionId: z.string(),
  caseId: z.string(),
  userId: z.string(),
  question: z.string(),
  extended: z.boolean(),
  research: z.boolean(),
  status: z.enum(questionStages),
  askedAt: time,
  /** When it was answered, or failed. */
  endedAt: time.optional(),
  outcome: questionEvents.AnswerGiven.schema.shape.outcome.optional(),
  /** The sentences joined, once there are any. */
  answer: z.string().optional(),
  error: z.object({ reason: z.string(), message: z.string() }).optional(),
  lastPosition: z.string(),
});
export type QuestionSummary = z.infer<typeof questionSummarySchema>;

export const questionListSchema = z.object({
  items: z.array(questionSummarySchema),
  next: z.string().optional(),
});

export const questionViewSchema = questionSummarySchema.extend({
  /** Words before the sentences that claim nothing themselves. */
  leadIn: z.string().optional(),
  /** `citations` of a sentence are places in the list of citations; a sentence without any is unsupported. */
  sentences: z.array(answerSentenceSchema),
  citations: z.array(citationViewSchema),
  /** How many citations the model gave that are not in what it read. */
  refusedCitations: z.number(),
  /** What research asked on the way. */
  steps: z.array(researchStepSchema),
  /** What was fetched from outside the case, for an extended question. */
  articles: z
    .object({
      query: articles.query,
      provider: articles.provider,
      articles: articles.articles,
      refused: articles.refused,
    })
    .optional(),
  /** The model that wrote the answer. */
  model: provenanceSchema.shape.model.optional(),
  /** Of each answer of a model on the way to this one; the last wrote the answer. */
  provenance: z.array(provenanceSchema),
  myRating: ratingSchema.optional(),
  ratings: z.object({ helpful: z.number(), unhelpful: z.number() }),
});
export type QuestionView = z.infer<typeof questionViewSchema>;
