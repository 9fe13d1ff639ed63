import { z } from 'zod';
import { requestTraceSchema } from '../document/inference.ts';
import { foundText } from '../plain-text.ts';
import { claimLinkSchema, mostLinks } from './events.ts';

/** Where the facts of a case are asked for over the bus. */
export const journeyFactsSubject = 'report.facts';

/** The most facts that are gathered of a case, however large: the most telling of each kind. */
export const mostFacts = 80;

/**
 * What a fact is about: first what happened in the case, then what its documents say, then what is left open. A question
 * is either, and an entity that nobody asked about is there once more as such.
 */
export const factKindSchema = z.enum([
  'case',
  'uploads',
  'processing',
  'withdrawn',
  'entity',
  'relation',
  'topic',
  'question',
  'searches',
  'liked',
  'recommended',
  'earlier-report',
  'failed-document',
  'unanswered-question',
  'unasked-entity',
  'unread-document',
  'nothing-asked',
]);
export type FactKind = z.infer<typeof factKindSchema>;

/** Something true of the case, in a plain sentence, with the events and passages that show it. */
export const factSchema = z.object({
  kind: factKindSchema,
  text: foundText,
  /** What it is about, by name: a document, an entity, a question. */
  subject: foundText.optional(),
  links: z.array(claimLinkSchema).min(1).max(mostLinks),
});
export type Fact = z.infer<typeof factSchema>;

export const journeyFactsSchema = z.object({
  caseName: foundText,
  /** Documents of the case that were not withdrawn. */
  documents: z.number().int().nonnegative(),
  facts: z.array(factSchema).max(mostFacts),
});
export type JourneyFacts = z.infer<typeof journeyFactsSchema>;

export const journeyFactsRequestSchema = requestTraceSchema.extend({
  caseId: z.string(),
  /**
   * What happened is told up to here in the log. What the documents say, and which of them failed or were not opened, is
   * told as it is when the facts are gathered: it is kept as it is now only.
   */
  position: z.string(),
});
export type JourneyFactsRequest = z.infer<typeof journeyFactsRequestSchema>;
