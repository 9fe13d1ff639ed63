/**
 * Which partition the events of a stream belong to: FNV-1a (32 bits) over the UTF-8 of its name, modulo the number of
 * partitions. Checkpoints depend on it, so it must never change.
 *
 * @returns from 0 to `partitions` - 1
 */
export function partitionOf(stream: string, partitions: number): number {
  if (partitions === 1) return 0;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(stream)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}

/** The partitions of a generation, from 0 on. */
export const partitionsOf = (partitions: number): readonly number[] =>
  Array.from({ length: partitions }, (_, partition) => partition);
