import type { Generation } from './read-model-store.ts';

/** A generation that is made now, where a store keeps the record itself. */
export function newGeneration(
  generation: number,
  {
    version,
    state,
    partitions,
    rebuildId,
  }: Pick<Generation, 'version' | 'state' | 'partitions'> & { readonly rebuildId: string | undefined },
): Generation {
  const now = new Date();
  return {
    generation,
    version,
    state,
    partitions,
    ...(rebuildId !== undefined && { rebuildId }),
    createdAt: now,
    changedAt: now,
  };
}
