import { z } from 'zod';

export const STRATEGIES = ['DispatchToSingle', 'RoundRobin', 'Pinned'] as const;

/** How a persistent subscription group behaves; kept on disk as JSON. */
export const groupSettingsSchema = z.object({
  resolveLinks: z.boolean(),
  extraStatistics: z.boolean(),
  /** After so long without an answer a message is sent again; 0 waits for ever. */
  messageTimeoutMs: z.number(),
  /** So many retries, then a message is parked. */
  maxRetryCount: z.number(),
  checkpointAfterMs: z.number(),
  minCheckpointCount: z.number(),
  maxCheckpointCount: z.number(),
  /** 0 is no limit. */
  maxSubscribers: z.number(),
  liveBufferSize: z.number(),
  readBatchSize: z.number(),
  /** Messages read ahead and kept in memory. */
  historyBufferSize: z.number(),
  strategy: z.enum(STRATEGIES),
  /** The first position (of `$all`) or revision (of a stream) to deliver. */
  startFrom: z.union([z.literal('start'), z.literal('end'), z.number()]),
  filter: z
    .object({ on: z.enum(['stream', 'type']), prefixes: z.array(z.string()).readonly(), regex: z.string() })
    .nullable(),
});

export type GroupSettings = z.infer<typeof groupSettingsSchema>;

/** How far a group has got; kept on disk as JSON. */
export const groupProgressSchema = z.object({
  /** Everything up to here is dealt with. */
  checkpoint: z.number(),
  /** Dealt with although something before is not. */
  doneAhead: z.array(z.number()),
});

export type GroupProgress = z.infer<typeof groupProgressSchema>;
