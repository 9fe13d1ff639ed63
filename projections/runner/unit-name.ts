import { partitionsOf } from './partition-of.ts';

/** Names one partition of one generation: what a lease is taken for, and whom a hold is asked of. */
export const unitName = (name: string, generation: number, partition: number) =>
  `${name}:g${generation}:p${partition}`;

/** The names of all partitions of a generation. */
export const unitNames = (
  name: string,
  { generation, partitions }: { readonly generation: number; readonly partitions: number },
): readonly string[] => partitionsOf(partitions).map((partition) => unitName(name, generation, partition));
