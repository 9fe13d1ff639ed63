import { z } from 'zod';
import { type FencedCheckpoint, typeCountsSchema } from '../fenced-checkpoint.ts';
import { generationPrefix } from '../keys.ts';
import type { Generation } from '../read-model-store.ts';

/** All generations of a projection, and the last number given to one. */
export const generationsKey = (name: string) => `${name}:generations`;

/** Entries never begin so within a generation's keys: the store sees to that. */
export const checkpointSpace = 'checkpoint:';
export const checkpointKey = (name: string, generation: number, partition: number) =>
  `${generationPrefix(name, generation)}${checkpointSpace}${partition}`;

const generationsSchema = z.object({
  last: z.number(),
  generations: z.array(
    z.object({
      generation: z.number(),
      version: z.number(),
      state: z.enum(['building', 'ready', 'live', 'retired']),
      partitions: z.number(),
      rebuildId: z.string().exactOptional(),
      createdAt: z.coerce.date(),
      changedAt: z.coerce.date(),
    }),
  ),
});
export type Generations = { readonly last: number; readonly generations: readonly Generation[] };

export const parseGenerations = (json: string | undefined): Generations =>
  json === undefined ? { last: 0, generations: [] } : generationsSchema.parse(JSON.parse(json));

const checkpointSchema = z.object({
  position: z.coerce.bigint(),
  fence: z.coerce.bigint(),
  applied: typeCountsSchema,
  released: z.string().exactOptional(),
});

export const parseCheckpoint = (json: string): FencedCheckpoint => checkpointSchema.parse(JSON.parse(json));

/** Positions and fences are text: JSON's numbers do not hold them. */
export const checkpointJson = ({ position, fence, ...rest }: FencedCheckpoint): string =>
  JSON.stringify({ position: String(position), fence: String(fence), ...rest });
