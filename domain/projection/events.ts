import { z } from 'zod';
import type { EventDefinitions, EventsOf } from '../event.ts';
import { foundText, plainText } from '../plain-text.ts';
import { certificateSchema } from './certificate.ts';

/** Log positions travel as text: JSON has no numbers that large. */
const position = z.string().regex(/^-?\d+$/);
const projection = z.string().regex(/^[a-z][a-z0-9-]*$/);
const rebuildId = z.string();
export const reasonSchema = plainText.min(1, 'Say why.').max(500, 'At most 500 characters.');

/** `verify` fills a generation only to compare it, and drops it. `upgrade` is asked for by a new version of the code. */
export const rebuildPurposeSchema = z.enum(['rebuild', 'upgrade', 'verify']);

/** What people decide about projections, and what came of it. */
export const projectionEvents = {
  ProjectionRebuildRequested: {
    version: 1,
    schema: z.object({
      projection,
      rebuildId,
      purpose: rebuildPurposeSchema,
      /** Rebuilds that were asked for together share one scan of the log. */
      together: z.string(),
      /** `by-hand`: stays ready until somebody switches. */
      switch: z.enum(['when-ready', 'by-hand']),
      partitions: z.number().int().min(1).max(64),
      /** Events a second at the most. */
      throttle: z.number().positive().optional(),
      /** How long the generation that was live is kept after the switch. */
      soakSeconds: z.number().int().nonnegative(),
      /** The model that makes the content, where there is a choice. */
      model: z.string().min(1).max(200).optional(),
    }),
  },
  ProjectionRebuildPaused: { version: 1, schema: z.object({ projection, rebuildId }) },
  ProjectionRebuildResumed: { version: 1, schema: z.object({ projection, rebuildId }) },
  ProjectionRebuildThrottled: {
    version: 1,
    /** Without `throttle`: as fast as it can. */
    schema: z.object({ projection, rebuildId, throttle: z.number().positive().optional() }),
  },
  ProjectionRebuildCancelled: { version: 1, schema: z.object({ projection, rebuildId }) },
  /** The rebuild is done and stands beside the live generation (or was compared with it, and is gone). */
  ProjectionRebuildCertified: {
    version: 1,
    schema: z.object({ projection, rebuildId, certificate: certificateSchema }),
  },
  ProjectionRebuildFailed: { version: 1, schema: z.object({ projection, rebuildId, message: foundText }) },
  ProjectionSwitchRequested: {
    version: 1,
    schema: z.object({ projection, requestId: z.string(), generation: z.number().int() }),
  },
  /** Readers see another generation now. */
  ProjectionSwitched: {
    version: 1,
    schema: z.object({ projection, from: z.number().int(), to: z.number().int(), position }),
  },
  /** The generation is not there any more, or cannot be read: readers go on with the one they have. */
  ProjectionSwitchRefused: {
    version: 1,
    schema: z.object({ projection, generation: z.number().int(), message: foundText }),
  },
  ProjectionPaused: { version: 1, schema: z.object({ projection }) },
  ProjectionResumed: { version: 1, schema: z.object({ projection }) },
  ParkedStreamRetryRequested: {
    version: 1,
    schema: z.object({ projection, stream: z.string(), requestId: z.string() }),
  },
  /** This projection passes the event over, in every generation from now on. */
  ParkedEventSkipped: {
    version: 1,
    schema: z.object({
      projection,
      stream: z.string(),
      position,
      eventId: z.string(),
      type: z.string(),
      reason: reasonSchema,
    }),
  },
} as const satisfies EventDefinitions;

export type ProjectionEvent = EventsOf<typeof projectionEvents>;
