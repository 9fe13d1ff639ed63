import { z } from 'zod';
import { provenanceSchema } from '../document/events.ts';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { foundText } from '../plain-text.ts';

/** Why a document is recommended, as data; `words` say the same to a person. */
export const recommendationReasonSchema = z.object({
  kind: z.enum(['similar', 'shared-entity', 'shared-topic', 'liked-by-others', 'path']),
  words: foundText,
  /** The document of the person's own that leads to it. */
  documentId: z.string().optional(),
  entityId: z.string().optional(),
  topic: foundText.optional(),
  users: z.number().int().positive().optional(),
  /** Of a path, what lies between that document and the recommended one. */
  through: z
    .array(z.object({ kind: z.enum(['document', 'entity', 'topic']), id: z.string(), name: foundText }))
    .optional(),
});
export type RecommendationReason = z.infer<typeof recommendationReasonSchema>;

export const recommendationSchema = z.object({
  documentId: z.string(),
  caseId: z.string(),
  fileName: foundText,
  score: z.number(),
  reasons: z.array(recommendationReasonSchema).min(1),
});
export type Recommendation = z.infer<typeof recommendationSchema>;

const ids = { userId: z.string(), caseId: z.string() };

export const recommendationEvents = {
  RecommendationsGenerated: {
    version: 1,
    schema: z.object({
      ...ids,
      /** The best first; the whole list for this person in this case. */
      recommendations: z.array(recommendationSchema).max(50),
      /** Place in the log up to which everything was taken into account, as decimal digits. */
      upTo: z.string().regex(/^\d{1,20}$/),
      provenance: provenanceSchema,
    }),
  },
  RecommendationFollowed: { version: 1, schema: z.object({ ...ids, documentId: z.string() }) },
  RecommendationDismissed: { version: 1, schema: z.object({ ...ids, documentId: z.string() }) },
} as const satisfies EventDefinitions;

export type RecommendationEvent = EventsOf<typeof recommendationEvents>;
