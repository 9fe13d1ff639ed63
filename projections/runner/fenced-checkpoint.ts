import { z } from 'zod';
import { type Checkpoint, CheckpointMovedError, type Commit, FencedError } from './read-model-store.ts';
import { sumOfCounts } from './type-counts.ts';

/** A checkpoint and whom it belongs to, where a store keeps it as text. */
export type FencedCheckpoint = Checkpoint & { readonly fence: bigint };

/** Before anybody has opened it. */
export const unopened: FencedCheckpoint = { position: -1n, fence: -1n, applied: {} };

/** Larger than any lease's: a generation that is being dropped belongs to nobody else any more. */
export const droppedFence = 2n ** 64n;

export const typeCountsSchema = z.record(z.string(), z.number());

/** What callers of a store see. */
export const withoutFence = ({ fence: _, ...checkpoint }: FencedCheckpoint): Checkpoint => checkpoint;

/**
 * @throws {FencedError} if a larger fence has been there
 */
export function opened(checkpoint: FencedCheckpoint, fence: bigint): FencedCheckpoint {
  if (checkpoint.fence > fence)
    throw new FencedError(`Fence ${fence} has been overtaken by ${checkpoint.fence}.`);
  return { ...checkpoint, fence };
}

/**
 * The checkpoint after a batch.
 *
 * @throws {FencedError}
 * @throws {CheckpointMovedError}
 */
export function advanced(checkpoint: FencedCheckpoint, commit: Commit): FencedCheckpoint {
  opened(checkpoint, commit.fence);
  if (checkpoint.position !== commit.from)
    throw new CheckpointMovedError(`The checkpoint is at ${checkpoint.position}, not at ${commit.from}.`);
  // A parked stream moves no position: only this tells that it was folded in by a try whose answer was lost.
  if (commit.released !== undefined && commit.released === checkpoint.released)
    throw new CheckpointMovedError(`${commit.released} has been folded in already.`);
  return {
    ...checkpoint,
    position: commit.upTo,
    applied: sumOfCounts([checkpoint.applied, commit.applied]),
    ...(commit.released !== undefined && { released: commit.released }),
  };
}

/**
 * Whether one generation's partitions have come less far than another's. Split alike, each partition is compared with
 * its like; otherwise the slowest of one with the fastest of the other, as a stream may lie anywhere.
 */
export function isBehind(checkpoints: readonly Checkpoint[], live: readonly Checkpoint[]): boolean {
  if (checkpoints.length === live.length)
    return checkpoints.some(({ position }, partition) => position < (live[partition]?.position ?? -1n));
  return checkpoints.some((one) => live.some((other) => one.position < other.position));
}
