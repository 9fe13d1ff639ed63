import { z } from 'zod';
import { actorSchema } from '#domain/event';
import { certificateSchema } from '#domain/projection/certificate';
import { rebuildPurposeSchema } from '#domain/projection/events';
import { projectionStatusSchema } from '#projections/runner/status';

const time = z.iso.datetime();
const position = z.string();

/** One partition of a projection, as it was heard of last. */
export const projectionItemSchema = projectionStatusSchema.extend({
  heardAt: time,
  /** Nobody has told of it for some seconds: its state is shown as `waiting`, and the numbers are those of then. */
  stale: z.boolean(),
});
export type ProjectionItem = z.infer<typeof projectionItemSchema>;

export const projectionBoardSchema = z.object({
  /** By name, then by partition. */
  items: z.array(projectionItemSchema),
  /** Projections that this Casefold has and nobody has told of yet. */
  unheard: z.array(z.string()),
});
export type ProjectionBoardView = z.infer<typeof projectionBoardSchema>;

export const rebuildViewSchema = z.object({
  rebuildId: z.string(),
  purpose: rebuildPurposeSchema,
  together: z.string(),
  switch: z.enum(['when-ready', 'by-hand']),
  partitions: z.number(),
  throttle: z.number().optional(),
  soakSeconds: z.number(),
  status: z.enum(['requested', 'certified', 'failed', 'cancelled', 'switched']),
  paused: z.boolean(),
  certificate: certificateSchema.optional(),
  /** Why it failed. */
  message: z.string().optional(),
});
export type RebuildView = z.infer<typeof rebuildViewSchema>;

/** What people decided and what came of it, folded from the projection's stream. */
export const projectionDecisionsSchema = z.object({
  paused: z.boolean(),
  /** The newest. */
  rebuild: rebuildViewSchema.optional(),
  /** The generation of a switch that was asked for and has not been made. */
  switchTo: z.number().optional(),
  refusedSwitch: z.object({ generation: z.number(), message: z.string() }).optional(),
  switched: z.object({ from: z.number(), to: z.number() }).optional(),
  /** Positions of the events that are passed over. */
  skipped: z.array(position),
});

export const projectionHistoryItemSchema = z.object({
  position,
  eventId: z.string(),
  type: z.string(),
  actor: actorSchema,
  occurredAt: time,
  data: z.record(z.string(), z.unknown()),
});

export const projectionDetailSchema = z.object({
  name: z.string(),
  /** Its tables, labels, relationships or key spaces: where the entries are that one can ask the events of. */
  parts: z.array(z.string()),
  /** One for each partition; none while nobody tells of it. */
  status: z.array(projectionItemSchema),
  decided: projectionDecisionsSchema,
  /** Newest first; the last hundred. */
  history: z.array(projectionHistoryItemSchema),
});
export type ProjectionDetail = z.infer<typeof projectionDetailSchema>;

export const parkedItemSchema = z.object({
  stream: z.string(),
  position,
  revision: z.string(),
  eventId: z.string(),
  type: z.string(),
  /** True for the event that failed; the others of its stream wait behind it. */
  isCause: z.boolean(),
  error: z.string(),
  attempts: z.number(),
  parkedAt: time,
});
export type ParkedItem = z.infer<typeof parkedItemSchema>;
export const parkedListSchema = z.object({ items: z.array(parkedItemSchema), next: z.string().optional() });

export const reachedSchema = z.object({ projection: z.string(), position });

/** The events that shaped an entry of a read model, in log order. */
export const lineageSchema = z.object({
  projection: z.string(),
  part: z.string(),
  key: z.array(z.string()),
  events: z.array(
    z.object({
      position,
      eventId: z.string(),
      type: z.string(),
      stream: z.string(),
      actor: actorSchema,
      occurredAt: time,
    }),
  ),
});
export type Lineage = z.infer<typeof lineageSchema>;
