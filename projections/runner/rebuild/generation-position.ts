import type { ReadModelStore } from '../read-model-store.ts';

/** Where each partition of a generation is. */
export const positionsOf = (
  store: ReadModelStore,
  { generation, partitions }: { readonly generation: number; readonly partitions: number },
): Promise<readonly bigint[]> =>
  Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      const { position } = await store.checkpoint(generation, partition);
      return position;
    }),
  );
