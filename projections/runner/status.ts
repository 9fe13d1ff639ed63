import { z } from 'zod';

/** A log position as text: JSON has no numbers that large. */
const position = z.string().regex(/^-?\d+$/);

/** How a rebuild is doing. */
export const rebuildStatusSchema = z.object({
  rebuildId: z.string(),
  generation: z.number().int(),
  purpose: z.enum(['rebuild', 'upgrade', 'verify']),
  phase: z.enum(['waiting', 'scanning', 'indexing', 'catching-up', 'comparing', 'ready', 'failed']),
  paused: z.boolean(),
  /** Events a second it is held to; absent if it runs as fast as it can. */
  throttle: z.number().optional(),
  /** From 0 to 1. */
  progress: z.number(),
  position,
  eventsRead: z.number().int(),
  eventsApplied: z.number().int(),
  /** Events read a second, of late. */
  rate: z.number(),
  /** Absent while it cannot be told. */
  remainingSeconds: z.number().optional(),
  error: z.string().optional(),
});
export type RebuildStatus = z.infer<typeof rebuildStatusSchema>;

/** How one partition of the live generation of a projection is doing; told about once a second by whoever runs it. */
export const projectionStatusSchema = z.object({
  name: z.string(),
  version: z.number().int(),
  sink: z.enum(['postgres', 'graph', 'cache']),
  generation: z.number().int(),
  partition: z.number().int(),
  partitions: z.number().int(),
  /**
   * `retrying`: a batch failed and is tried again; nothing after it is applied before it. `waiting`: another worker
   * holds the lease, or none does yet.
   */
  state: z.enum(['starting', 'running', 'paused', 'retrying', 'waiting', 'stopped']),
  /** Everything in the log up to here is in the read model, parked or skipped; -1 for nothing. */
  position,
  /** The newest position of the log that the worker knows of. */
  head: position,
  /** Events of the log not yet looked at; a lower bound when it is far behind. */
  lagEvents: z.number().int(),
  /** Age of the oldest event not yet looked at; 0 if there is none. */
  lagSeconds: z.number(),
  /** Events applied since this worker started. */
  applied: z.number().int(),
  /** Events applied a second, over the last ten seconds or so. */
  rate: z.number(),
  /** Seconds that batches took of late, from reading to commit; absent before the first. */
  batchSeconds: z.object({ p50: z.number(), p99: z.number() }).optional(),
  /** Events parked now, those that wait behind another included. */
  parked: z.number().int(),
  lastError: z.string().optional(),
  /** Who runs it. */
  worker: z.string(),
  /** Every generation there is, oldest first. */
  generations: z.array(
    z.object({
      generation: z.number().int(),
      version: z.number().int(),
      state: z.enum(['building', 'ready', 'live', 'retired']),
      partitions: z.number().int(),
      position,
      createdAt: z.string(),
    }),
  ),
  rebuild: rebuildStatusSchema.optional(),
});
export type ProjectionStatus = z.infer<typeof projectionStatusSchema>;

/** Where workers tell how their projections are doing. */
export const projectionStatusSubject = 'projection.status';

/** Told about once a second by the worker that rebuilds; it need not run the live generation. */
export const rebuildNewsSchema = z.object({ projection: z.string(), rebuild: rebuildStatusSchema });
export type RebuildNews = z.infer<typeof rebuildNewsSchema>;

/** Where rebuilds tell how they are doing. */
export const rebuildStatusSubject = 'projection.rebuild';
