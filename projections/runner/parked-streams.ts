import type { RecordedEvent } from '#domain/event';
import type { Followed } from './followed.ts';
import { type Failure, type ParkedEvent, parkedAgain, parkedOf, wasReleased } from './parking.ts';
import { partitionOf } from './partition-of.ts';

type Place = Pick<ParkedEvent, 'stream' | 'position'>;

/** The parked streams of one partition: what is kept of them, and what a follower has to know with each event. */
export type ParkedStreams = {
  /**
   * Finds out what is parked. Events that were folded in, and that a crash left behind, are let go.
   *
   * @param released of the checkpoint
   */
  load(released: string | undefined): Promise<void>;
  /** Of a stream that is parked: its events wait. */
  isParked(stream: string): boolean;
  /** True for an event that is to be parked because its stream is, and is not there yet. */
  isToFollow(event: Place): boolean;
  park(events: readonly RecordedEvent[], failure?: Failure): Promise<void>;
  parkAgain(event: ParkedEvent, failure: Failure): Promise<void>;
  of(stream: string): Promise<readonly ParkedEvent[]>;
  /** Position of the last parked event of a stream; undefined if it has none. */
  lastOf(stream: string): bigint | undefined;
  /** Lets the events of a stream go, up to a position. */
  release(stream: string, upTo: bigint): Promise<void>;
  /** Nothing of the stream is parked any more. */
  forget(stream: string): void;
  /** How many events are parked. */
  count(): number;
};

export function createParkedStreams(followed: Followed): ParkedStreams {
  const { parking, generation, partition, partitions, fence } = followed;
  const by = { partition, fence };
  let streams = new Map<string, Set<bigint>>();

  const note = ({ stream, position }: Place, noted = streams) =>
    noted.set(stream, (noted.get(stream) ?? new Set()).add(position));

  return {
    async load(released) {
      const found: typeof streams = new Map();
      for (const each of await parking.parked(generation)) {
        if (partitionOf(each.stream, partitions) !== partition) continue;
        if (wasReleased(released, each)) await parking.release(generation, each.stream, each.position);
        else note(each, found);
      }
      streams = found;
    },
    isParked: (stream) => streams.has(stream),
    isToFollow: ({ stream, position }) => streams.get(stream)?.has(position) === false,
    async park(events, failure) {
      if (events.length === 0) return;
      const parked = events.map((event, index) => parkedOf(event, index === 0 ? failure : undefined));
      await parking.park(generation, parked, by);
      for (const event of events) note(event);
    },
    parkAgain: (event, failure) => parking.park(generation, [parkedAgain(event, failure)], by),
    of: (stream) => parking.parked(generation, stream),
    lastOf: (stream) => [...(streams.get(stream) ?? [])].reduce(laterOf, undefined),
    async release(stream, upTo) {
      await parking.release(generation, stream, upTo);
      const positions = streams.get(stream) ?? new Set();
      for (const position of positions) if (position <= upTo) positions.delete(position);
      if (positions.size === 0) streams.delete(stream);
    },
    forget: (stream) => void streams.delete(stream),
    count: () => [...streams.values()].reduce((sum, each) => sum + each.size, 0),
  };
}

const laterOf = (last: bigint | undefined, position: bigint): bigint | undefined =>
  last !== undefined && last > position ? last : position;
