import type { RecordedEvent } from '#domain/event';

/** Where a projection's content and its checkpoint live, together. */
export type Sink = {
  /**
   * Makes the storage ready, if it is not.
   *
   * @returns the checkpoint: position of the last event applied, -1n for none
   */
  open(): Promise<bigint>;
  /**
   * Applies a batch and moves the checkpoint to `upTo`, in one transaction: both happen or neither.
   *
   * @throws {CheckpointMovedError} if somebody else has moved it: then nothing was applied
   */
  commit(events: readonly RecordedEvent[], from: bigint, upTo: bigint): Promise<void>;
  /** True for an error that passes by itself (the store is away, a deadlock): try again. */
  isTransient(error: unknown): boolean;
};

/** Another worker runs this projection, or a commit whose answer was lost did happen: read the checkpoint again. */
export class CheckpointMovedError extends Error {
  override name = 'CheckpointMovedError';
}
