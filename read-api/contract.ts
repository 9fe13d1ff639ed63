import { z } from 'zod';
import { emailSchema, provenanceSchema, spanSchema } from '#domain/document/events';
import { documentStages } from '#domain/document/lifecycle';
import { documentStructureSchema } from '#domain/document/structure';
import { actorSchema } from '#domain/event';
import { questionStages } from '#domain/question/lifecycle';
import { reportStages } from '#domain/report/lifecycle';
import { tierSchema } from '#domain/user/events';
import { suggestionSchema } from './contract-search.ts';

export const stageSchema = z.enum(documentStages);
const time = z.iso.datetime();
/** Place in the log of the last event that shaped the row, as decimal digits. */
const lastPosition = z.string();

export const meSchema = z.object({
  userId: z.string(),
  name: z.string(),
  tier: tierSchema,
  /** Whether a question may look outside its case: a search provider is set up. */
  searchesWeb: z.boolean(),
});

export const caseSchema = z.object({
  caseId: z.string(),
  name: z.string(),
  openedAt: time,
  lastActivityAt: time,
  documents: z.object({
    /** All but the withdrawn ones. */
    total: z.number(),
    ready: z.number(),
    failed: z.number(),
    inProgress: z.number(),
    withdrawn: z.number(),
  }),
  lastPosition,
});
export type CaseView = z.infer<typeof caseSchema>;
export const caseListSchema = z.object({ items: z.array(caseSchema), next: z.string().optional() });

export const failureSchema = z.object({ stage: z.string(), reason: z.string(), message: z.string() });

export const documentSummarySchema = z.object({
  documentId: z.string(),
  caseId: z.string(),
  fileName: z.string(),
  title: z.string().optional(),
  /** What the bytes are, once extracted; until then what the sender said. */
  mediaType: z.string(),
  size: z.number(),
  stage: stageSchema,
  error: failureSchema.optional(),
  /** The summary's sentences joined. */
  summary: z.string().optional(),
  topics: z.array(z.string()),
  tags: z.array(z.string()),
  likes: z.number(),
  likedByMe: z.boolean(),
  pages: z.number().optional(),
  uploadedAt: time,
  claimedDate: z.string().optional(),
  parentDocumentId: z.string().optional(),
  lastPosition,
});
export type DocumentSummary = z.infer<typeof documentSummarySchema>;

const facetSchema = z.array(z.object({ value: z.string(), count: z.number() }));
export const documentListSchema = z.object({
  items: z.array(documentSummarySchema),
  next: z.string().optional(),
  /** How many documents match, on all pages. */
  total: z.number(),
  facets: z.object({ stage: facetSchema, mediaType: facetSchema, tag: facetSchema, topic: facetSchema }),
});
export type DocumentList = z.infer<typeof documentListSchema>;

export const documentDetailSchema = documentSummarySchema.extend({
  sha256: z.string(),
  custodian: z.string().optional(),
  language: z.string().optional(),
  email: emailSchema.optional(),
  characters: z.number().optional(),
  structure: documentStructureSchema.optional(),
  summarySentences: z.array(spanSchema.extend({ text: z.string() })),
  /** Where the summary, topics and entities come from. */
  provenance: provenanceSchema.optional(),
  extractor: z.object({ name: z.string(), version: z.string() }).optional(),
  warnings: z.array(z.string()),
  attachments: z.array(z.object({ documentId: z.string(), fileName: z.string() })),
  parent: z.object({ documentId: z.string(), fileName: z.string() }).optional(),
  withdrawnReason: z.string().optional(),
});
export type DocumentDetail = z.infer<typeof documentDetailSchema>;

export const similarListSchema = z.object({
  similar: z.array(z.object({ documentId: z.string(), fileName: z.string(), score: z.number() })),
});
export type SimilarList = z.infer<typeof similarListSchema>;

export const historyItemSchema = z.object({
  position: z.string(),
  eventId: z.string(),
  type: z.string(),
  stream: z.string(),
  revision: z.string(),
  actor: actorSchema,
  /** The actor's clock. */
  occurredAt: time,
  /** When the log took it. */
  recordedAt: time,
  correlationId: z.string(),
  causationId: z.string(),
  documentId: z.string().optional(),
  fileName: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type HistoryItem = z.infer<typeof historyItemSchema>;
export const historySchema = z.object({ items: z.array(historyItemSchema), next: z.string().optional() });

export type Span = z.infer<typeof spanSchema>;
const part = z.object({ rank: z.number(), score: z.number() });
export const searchHitSchema = z.object({
  /** A report is found as a document is; `documentId` and `fileName` are its id and title then. */
  source: z.enum(['document', 'report']),
  documentId: z.string(),
  caseId: z.string(),
  fileName: z.string(),
  passageId: z.string(),
  /** Offsets of the passage in the extracted text. */
  start: z.number(),
  end: z.number(),
  text: z.string(),
  section: z.string().optional(),
  page: z.number().optional(),
  /** Of the rankings fused; with a reranker the order is its, and `score` says what was before. */
  score: z.number(),
  /** What each ranking said: BM25 over words, cosine over vectors, and the reranker's own score where it read the passage. */
  parts: z.object({ text: part.optional(), vector: part.optional(), reranker: part.optional() }),
  /** Where the query's words stand, as offsets into `text` of this hit. */
  highlights: z.array(spanSchema),
});
export type SearchHit = z.infer<typeof searchHitSchema>;
export const searchModes = ['hybrid', 'vector', 'text'] as const;
export const searchAnswerSchema = z.object({
  mode: z.enum(searchModes),
  /** Which model made the vectors; missing where none took part. */
  model: z.string().optional(),
  /** Why words alone were searched though meaning was asked for too: the model is away. */
  withoutVectors: z.string().optional(),
  /** Which model read the first passages once more and put them in order; missing where none did. */
  reranker: z.string().optional(),
  /** Why none did though one is set up: it is away. */
  withoutReranker: z.string().optional(),
  hits: z.array(searchHitSchema),
  /** Where a search of a case by words finds little: what may have been meant. */
  didYouMean: z.array(suggestionSchema).optional(),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

/** `documents`: how many of theirs the score stands on. */
export const userHitSchema = z.object({ userId: z.string(), score: z.number(), documents: z.number() });
export type UserHit = z.infer<typeof userHitSchema>;
export const vectorSearchAnswerSchema = z.object({
  model: z.string(),
  hits: z.array(z.union([searchHitSchema, userHitSchema])),
});

const jobFields = {
  jobId: z.string(),
  caseId: z.string(),
  /** Share of the way, in [0, 1]. */
  progress: z.number(),
  error: failureSchema.optional(),
  lastPosition,
};
/** What is being done just now, in words, and what it waits for, if it waits. */
const atWork = { step: z.string().optional(), waiting: z.boolean().optional() };
export const jobSchema = z.discriminatedUnion('kind', [
  z.object({
    ...jobFields,
    ...atWork,
    kind: z.literal('document'),
    documentId: z.string(),
    fileName: z.string(),
    stage: stageSchema,
  }),
  z.object({ ...jobFields, ...atWork, kind: z.literal('question'), stage: z.enum(questionStages) }),
  z.object({ ...jobFields, ...atWork, kind: z.literal('report'), stage: z.enum(reportStages) }),
]);
export type Job = z.infer<typeof jobSchema>;

export const metricsSeriesSchema = z.object({
  totals: z.record(z.string(), z.number()),
  days: z.array(z.object({ day: z.string(), counts: z.record(z.string(), z.number()) })),
});

/** RFC 9457 problem details: what every refused request answers. */
export { type ProblemDetails as Problem, problemSchema } from '#platform/http/problem-details';

export * from './contract-entities.ts';
export * from './contract-insights.ts';
export * from './contract-live.ts';
export * from './contract-projections.ts';
export * from './contract-questions.ts';
export * from './contract-recommendations.ts';
export * from './contract-reports.ts';
export * from './contract-search.ts';
