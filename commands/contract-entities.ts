import { z } from 'zod';
import { mostMergedAtOnce } from '#domain/case/events';
import { plainText } from '#domain/plain-text';

const entityId = plainText.min(1).max(100);

/** `into` is the one whose name stays. */
export const mergeBodySchema = z.object({
  into: entityId,
  entityIds: z.array(entityId).min(1, 'Say what is to be merged.').max(mostMergedAtOnce),
});
export const splitBodySchema = z.object({ entityId });
