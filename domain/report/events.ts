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

/** One statement of a report, with what it rests on: at least one link. */
export const claimSchema = z.object({ text: foundText, links: z.array(claimLinkSchema).min(1) });
export type Claim = z.infer<typeof claimSchema>;

export const strategicRecommendationSchema = z.object({
  title: foundText,
  reason: foundText,
  links: z.array(claimLinkSchema).min(1),
});

export const reportEvents = {
  ReportRequested: { version: 1, schema: z.object({ ...ids, userId: z.string() }) },
  JourneySummarised: {
    version: 1,
    schema: z.object({ ...ids, journey: z.array(claimSchema), provenance: provenanceSchema }),
  },
  RecommendationsFormulated: {
    version: 1,
    schema: z.object({
      ...ids,
      recommendations: z.array(strategicRecommendationSchema),
      provenance: provenanceSchema,
    }),
  },
  ReportCompleted: {
    version: 1,
    schema: z.object({
      ...ids,
      title: foundText,
      /** In their order: executive summary, project journey, recommendations. */
      sections: z.array(z.object({ heading: foundText, claims: z.array(claimSchema) })),
      provenance: provenanceSchema,
    }),
  },
  ReportFailed: { version: 1, schema: z.object({ ...ids, reason: z.string(), message: foundText }) },
} as const satisfies EventDefinitions;

export type ReportEvent = EventsOf<typeof reportEvents>;
