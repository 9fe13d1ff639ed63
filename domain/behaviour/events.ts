import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { foundText, plainLines, plainText } from '../plain-text.ts';

/** What a person did. Reads are history too. */
export const behaviourActionSchema = z.enum([
  'viewed',
  'searched',
  'opened',
  'dwelled',
  'downloaded',
  'exported',
  'refused',
  // Each has an event of its own as well, where what was liked or tagged is kept; here is when in a person's day.
  'liked',
  'tagged',
  /** Typed into a box and stopped, without sending it. */
  'typed',
]);

/** As somebody tells it: what cannot be stored is refused. */
export const behaviourEntrySchema = z.object({
  action: behaviourActionSchema,
  caseId: plainText.max(100).optional(),
  documentId: plainText.max(100).optional(),
  query: plainLines.max(1000).optional(),
  milliseconds: z.number().int().nonnegative().optional(),
  /** How much was typed, for `typed`; what it said is nobody's business. */
  characters: z.number().int().nonnegative().optional(),
  /** What was refused, for `refused`: method and path. Which box, for `typed`. As whom, for `searched`. */
  subject: plainText.max(300).optional(),
  /** The person's clock, ISO 8601 UTC. */
  occurredAt: z.iso.datetime(),
});
export type BehaviourAction = z.infer<typeof behaviourActionSchema>;
export type BehaviourEntry = z.infer<typeof behaviourEntrySchema>;

/** As it is recorded: what Casefold itself takes note of, a refused path for one, is whatever somebody sent. */
const recordedEntrySchema = behaviourEntrySchema.extend({
  caseId: foundText.max(100).optional(),
  documentId: foundText.max(100).optional(),
  query: foundText.max(1000).optional(),
  subject: foundText.max(300).optional(),
});

export const behaviourEvents = {
  BehaviourRecorded: {
    version: 1,
    schema: z.object({
      userId: z.string(),
      caseId: z.string().optional(),
      entries: z.array(recordedEntrySchema).min(1).max(200),
    }),
  },
} as const satisfies EventDefinitions;

export type BehaviourEvent = EventsOf<typeof behaviourEvents>;
