import type { RecordedEvent } from '#domain/event';
import { partitionOf } from '../partition-of.ts';
import { lowestPosition } from '../positions.ts';
import { createPartitionFiller, type FillerOptions, type PartitionFiller } from './partition-filler.ts';
import type { FillTarget } from './target.ts';

/** Fills the partitions of one target that are ours. */
export type Filler = {
  readonly target: FillTarget;
  readonly types: ReadonlySet<string>;
  /** Events in a batch, at the most. */
  readonly batchEvents: number;
  /** Takes the partitions over, or finds out again where they are. */
  open(): Promise<void>;
  /** Everything up to here is in every partition. */
  position(): bigint;
  /**
   * Takes a run of the log in: when the promise resolves, all partitions are at `upTo`.
   *
   * @param events of the target's types, from the one after `position` on
   */
  process(events: readonly RecordedEvent[], upTo: bigint): Promise<void>;
};

/** A live batch of a read model, times this: what only counts, and fits in memory many times. */
const bulkFactor = 20;
const liveBatchSize = 500;

/**
 * @throws (its functions) {FencedError} when another worker has taken over, {StoreAwayError} when something has been
 *   away for too long, and any other error if the generation cannot be filled
 */
export function createFiller(target: FillTarget, options: FillerOptions): Filler {
  const { model, partitions, fences } = target;
  const fillers = new Map<number, PartitionFiller>();
  const position = () => lowestPosition([...fillers.values()].map((each) => each.position()));
  for (const [partition, fence] of fences)
    fillers.set(partition, createPartitionFiller(target, partition, fence, position, options));

  /** Waits for all, so that nothing is written any more once it has thrown. */
  async function all(work: (filler: PartitionFiller, partition: number) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(
      [...fillers].map(([partition, filler]) => work(filler, partition)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  const liveSize = model.batchSize ?? liveBatchSize;
  return {
    target,
    types: new Set(model.types),
    // What is prepared for an event may be large: no more of it at a time than live.
    batchEvents: model.prepare ? liveSize : liveSize * bulkFactor,
    open: () => all((filler) => filler.open()),
    position,
    process(events, upTo) {
      if (partitions === 1) return all((filler) => filler.process(events, upTo));
      const split = Map.groupBy(events, ({ stream }) => partitionOf(stream, partitions));
      return all((filler, partition) => filler.process(split.get(partition) ?? [], upTo));
    },
  };
}
