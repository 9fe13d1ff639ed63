import { z } from 'zod';
import { taskTimesSchema } from '../model-task.ts';
import { entityKindSchema, modelSchema, provenanceSchema, relationKindSchema, spanSchema } from './events.ts';

/** Where in a trace a request was made (W3C Trace Context), if anybody traces. */
export const requestTraceSchema = z.object({ traceparent: z.string().optional() });

/** Parts that a long document is read in at the most; what lies beyond is not read, and the analysis says so. */
export const mostParts = 8;

/** What is asked of the gpu-runner about a document, and what it answers; texts travel as hashes of their blobs. */
export const analysisRequestSchema = requestTraceSchema.extend({
  ...taskTimesSchema.shape,
  text: z.string(),
  structure: z.string(),
  title: z.string().optional(),
  language: z.string().optional(),
});
export type AnalysisRequest = z.infer<typeof analysisRequestSchema>;

export const analysisAnswerSchema = z.object({
  ...provenanceSchema.omit({ inputs: true }).shape,
  summary: z.array(spanSchema.extend({ text: z.string() })),
  topics: z.array(z.object({ label: z.string(), score: z.number(), mentions: z.array(spanSchema) })),
  entities: z.array(
    z.object({
      name: z.string(),
      kind: entityKindSchema,
      normalised: z.string().optional(),
      mentions: z.array(spanSchema),
    }),
  ),
  /** `from` and `to` are places in `entities`. */
  relations: z.array(
    z.object({
      kind: relationKindSchema,
      from: z.number().int().nonnegative(),
      to: z.number().int().nonnegative(),
      sentence: spanSchema.extend({ text: z.string() }),
    }),
  ),
});
export type AnalysisAnswer = z.infer<typeof analysisAnswerSchema>;

export const similarRequestSchema = requestTraceSchema.extend({
  documentId: z.string(),
  caseId: z.string(),
  limit: z.number().int().positive().max(100),
  /** The vectors must have taken in the log up to here. */
  position: z.string(),
});
export type SimilarRequest = z.infer<typeof similarRequestSchema>;

export const similarAnswerSchema = z.object({
  model: modelSchema,
  similar: z.array(z.object({ documentId: z.string(), score: z.number() })),
});
export type SimilarAnswer = z.infer<typeof similarAnswerSchema>;

/** The most texts that one request reranks. */
export const rerankedAtOnce = 100;

export const rerankRequestSchema = z.object({
  query: z.string().min(1).max(10_000),
  texts: z.array(z.string()).min(1).max(rerankedAtOnce),
});
export type RerankRequest = z.infer<typeof rerankRequestSchema>;

export const rerankAnswerSchema = z.object({
  model: z.string(),
  /** How well each text answers the query, in the order of the texts; null where the model did not say. */
  scores: z.array(z.number().nullable()),
});
export type RerankAnswer = z.infer<typeof rerankAnswerSchema>;

export const analyseSubject = 'gpu.analyse';
export const similarSubject = 'gpu.similar';
export const embedQuerySubject = 'gpu.embed-query';
export const rerankSubject = 'gpu.rerank';
