import type { RecordedEvent } from '#domain/event';
import type { Logger } from '#platform/log';
import type { ReadModel } from '../read-model.ts';
import type { Held } from './holds.ts';
import type { LogFeed } from './log-feed.ts';
import type { Parking } from './parking.ts';
import type { Rates } from './rates.ts';
import type { ReadModelStore } from './read-model-store.ts';

/** One partition of one generation, and what it is followed with. */
export type Followed = {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly parking: Parking;
  readonly feed: LogFeed;
  readonly generation: number;
  readonly partition: number;
  readonly partitions: number;
  /** Token of the lease it is held under. */
  readonly fence: bigint;
  /** Positions of the events that somebody decided to pass over. */
  skipped(): ReadonlySet<string>;
  /** The events of a stream from a revision on, for one that is tried again. */
  readStream(stream: string, from: bigint): AsyncIterable<RecordedEvent>;
  onAdvance(position: bigint): void;
  onApplied?(events: readonly RecordedEvent[], seconds: number): void;
  readonly log: Logger;
};

export type FollowerStatus = {
  readonly state: 'starting' | 'running' | 'retrying' | 'paused' | 'stopped';
  readonly position: bigint;
  readonly applied: number;
  readonly parked: number;
  readonly rates: Rates;
  readonly lastError?: string;
};

export type Follower = {
  status(): FollowerStatus;
  /**
   * Resolves when nothing is in hand; nothing more is taken until it is let go. Its checkpoint is then at its position,
   * unless the store is away.
   */
  hold(): Promise<Held>;
  /** Tries the parked events of a stream again, in order; nothing if the stream is another partition's. */
  retry(stream: string): void;
  /** Resolves when everything up to a position is in, or the follower has ended. */
  reached(position: bigint): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when it has ended: stopped, or fenced off by another worker. */
  readonly ended: Promise<'stopped' | 'fenced'>;
};

/** An event that fails this often, with growing pauses between, is parked: about a second and a half in all. */
export const mostAttempts = 5;

export const isSkipped = ({ skipped }: Followed, { position }: { readonly position: bigint }): boolean =>
  skipped().has(String(position));
