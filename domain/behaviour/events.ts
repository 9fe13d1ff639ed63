import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';

/** What a person did. Reads are history too. */
export const behaviourActionSchema = z.enum([
  'viewed',
  'searched',
  'opened',
  'dwelled',
  'downloaded',
  'exported',
  'refused',
]);

export const behaviourEntrySchema = z.object({
  action: behaviourActionSchema,
  caseId: z.string().max(100).optional(),
  documentId: z.string().max(100).optional(),
  query: z.string().max(1000).optional(),
  milliseconds: z.number().int().nonnegative().optional(),
  /** What was refused, for `refused`: method and path. */
  subject: z.string().max(300).optional(),
  /** The person's clock, ISO 8601 UTC. */
  occurredAt: z.iso.datetime(),
});
export type BehaviourEntry = z.infer<typeof behaviourEntrySchema>;

export const behaviourEvents = {
  BehaviourRecorded: {
    version: 1,
    schema: z.object({
      userId: z.string(),
      caseId: z.string().optional(),
      entries: z.array(behaviourEntrySchema).min(1).max(200),
    }),
  },
} as const satisfies EventDefinitions;

export type BehaviourEvent = EventsOf<typeof behaviourEvents>;
