import type { ScanBatch, ScanOptions } from '#platform/event-store';
import type { ReadModel } from '../../read-model.ts';
import type { Parking } from '../parking.ts';
import type { ReadModelStore, TypeCounts } from '../read-model-store.ts';
import type { FillControl } from './control.ts';

/** `EventStore.scan`. */
export type Scan = (options: ScanOptions) => AsyncIterable<ScanBatch>;

/** A generation that is to be filled, or some of its partitions. */
export type FillTarget = {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly parking: Parking;
  readonly generation: number;
  /** Into how many partitions the generation is split. */
  readonly partitions: number;
  /** The partitions to fill, with the token of the lease under which each is held. */
  readonly fences: ReadonlyMap<number, bigint>;
  /** Positions of the events that somebody decided to pass over. */
  skipped(): ReadonlySet<string>;
  readonly control: FillControl;
  /** Gives this target up, and leaves the others to go on. */
  readonly signal?: AbortSignal;
};

/** A batch of a target was committed. */
export type FillProgress = {
  readonly target: FillTarget;
  readonly partition: number;
  /** Everything in the log up to here is in every partition of the target, parked, or skipped. */
  readonly position: bigint;
  /** Events of the target's types in this batch: applied, parked, and skipped. */
  readonly read: number;
  readonly applied: TypeCounts;
  readonly parked: number;
  readonly skipped: number;
};
