import { partitionsOf } from '../partition-of.ts';
import type { Checkpoint, ReadModelStore } from '../read-model-store.ts';

type Place = { readonly generation: number; readonly partitions: number };

/** The checkpoint of each partition of a generation. */
export const checkpointsOf = (
  store: ReadModelStore,
  { generation, partitions }: Place,
): Promise<readonly Checkpoint[]> =>
  Promise.all(partitionsOf(partitions).map((partition) => store.checkpoint(generation, partition)));

/** Where each partition of a generation is. */
export const positionsOf = async (store: ReadModelStore, place: Place): Promise<readonly bigint[]> =>
  (await checkpointsOf(store, place)).map(({ position }) => position);
