import { z } from 'zod';
import { reasonSchema } from '#domain/projection/events';
import { writtenSchema } from './contract.ts';

const longestSoakSeconds = 30 * 24 * 3600;
const position = z.string().regex(/^\d{1,20}$/, 'must be decimal digits');

/** Events a second, at the most. */
const throttle = z.number().positive().max(1e9);

/** How a generation is filled. */
const fillSchema = z.object({
  /** Into how many parts, by stream; as the live generation, if left out. */
  partitions: z.number().int().min(1).max(64).optional(),
  throttle: throttle.optional(),
  /** The same for rebuilds that are to share one scan of the log. */
  together: z.string().min(1).max(100).optional(),
});

export const rebuildBodySchema = fillSchema.extend({
  /** `when-ready`: readers see it as soon as it is certified. `by-hand`: it stays ready until somebody switches. */
  switch: z.enum(['when-ready', 'by-hand']).default('when-ready'),
  /** How long the generation that was live is kept after the switch. */
  soakSeconds: z.number().int().min(0).max(longestSoakSeconds).default(3600),
  /** Of those that embed: the one to make it by; as the live generation, if left out. */
  model: z.string().min(1).max(200).optional(),
});
export const verifyBodySchema = fillSchema;

/** Several at once, in one scan of the log; all there are, if none is named. */
const projectionsSchema = z.object({ projections: z.array(z.string()).min(1).max(200).optional() });
export const rebuildAllBodySchema = rebuildBodySchema
  .omit({ together: true })
  .extend(projectionsSchema.shape);
export const verifyAllBodySchema = verifyBodySchema.omit({ together: true }).extend(projectionsSchema.shape);

/** Without `throttle`: as fast as it can. */
export const throttleBodySchema = z.object({ throttle: throttle.optional() });
export const retryParkedBodySchema = z.object({ stream: z.string().min(1).max(300) });
export const skipParkedBodySchema = z.object({ position, reason: reasonSchema });

export const rebuildRequestedSchema = writtenSchema.extend({ rebuildId: z.string() });

export const rebuildsRequestedSchema = writtenSchema.extend({
  together: z.string(),
  rebuilds: z.array(z.object({ projection: z.string(), rebuildId: z.string() })),
  /** Those that have a rebuild already. */
  refused: z.array(z.object({ projection: z.string(), detail: z.string() })),
});
export type RebuildsRequested = z.infer<typeof rebuildsRequestedSchema>;
