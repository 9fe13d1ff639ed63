import { z } from 'zod';
import { provenanceSchema, spanSchema } from '../document/events.ts';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { foundText } from '../plain-text.ts';

const ids = { reportId: z.string(), caseId: z.string() };

/** What a claim rests on: an event of the case, or words of a document (UTF-16 offsets into its extracted text). */
export const claimLinkSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), eventId: z.string(), position: z.string(), type: z.string() }),
  spanSchema.extend({
    kind: z.literal('passage'),
    documentId: z.string(),
    fileName: foundText,
    passageId: z.string(),
    quote: foundText,
  }),
]);
export type ClaimLink = z.infer<typeof claimLinkSchema>;

/** The most that one statement rests on: a reader follows no more. */
export const mostLinks = 8;
const links = z.array(claimLinkSchema).min(1).max(mostLinks);

/** One statement of a report, with what it rests on: at least one link. */
export const claimSchema = z.object({ text: foundText, links });
export type Claim = z.infer<typeof claimSchema>;

export const strategicRecommendationSchema = z.object({ title: foundText, reason: foundText, links });
export type StrategicRecommendation = z.infer<typeof strategicRecommendationSchema>;

/** What a section is for; the heading says it to a person. */
export const sectionKindSchema = z.enum(['executive-summary', 'project-journey', 'recommendations']);
export type SectionKind = z.infer<typeof sectionKindSchema>;

/** `title` is what a recommendation comes to in a few words; statements of other sections have none. */
const statementSchema = claimSchema.extend({ title: foundText.optional() });
export const reportSectionSchema = z.object({
  kind: sectionKindSchema,
  heading: foundText,
  claims: z.array(statementSchema),
});
export type ReportSection = z.infer<typeof reportSectionSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
/** Statements that a model made without anything it was given to rest on: left out. */
const refusedClaims = count;

export const reportEvents = {
  /** For the first time, or again after it failed: from the start then, with what has come to the case meanwhile. */
  ReportRequested: { version: 1, schema: z.object({ ...ids, userId: z.string() }) },
  JourneySummarised: {
    version: 1,
    schema: z.object({
      ...ids,
      /** What the whole report rests on, gathered up to the request: a blob (JSON, `journeyFactsSchema`). */
      facts: z.object({ sha256, count }),
      journey: z.array(claimSchema),
      refusedClaims,
      provenance: provenanceSchema,
    }),
  },
  RecommendationsFormulated: {
    version: 1,
    schema: z.object({
      ...ids,
      recommendations: z.array(strategicRecommendationSchema),
      refusedClaims,
      provenance: provenanceSchema,
    }),
  },
  ReportCompleted: {
    version: 1,
    schema: z.object({
      ...ids,
      title: foundText,
      /** In their order: executive summary, project journey, recommendations. */
      sections: z.array(reportSectionSchema),
      /** The report's words, a blob of its own (UTF-8): what a search finds. */
      text: z.object({ sha256, characters: count }),
      /** The passages of that text, one for each statement, a blob of its own (JSON, `documentStructureSchema`). */
      structure: z.object({ sha256, pages: count, sections: count, passages: count }),
      refusedClaims,
      /** Of the executive summary; the other sections' is in the events that wrote them. */
      provenance: provenanceSchema,
    }),
  },
  ReportFailed: { version: 1, schema: z.object({ ...ids, reason: z.string(), message: foundText }) },
} as const satisfies EventDefinitions;

export type ReportEvent = EventsOf<typeof reportEvents>;
