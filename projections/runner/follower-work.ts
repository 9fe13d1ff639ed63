import type { Followed } from './followed.ts';
import type { FollowerCheckpoint } from './follower-checkpoint.ts';
import type { Progress } from './follower-progress.ts';
import type { ParkedStreams } from './parked-streams.ts';

/** What a follower works with. */
export type Work = {
  readonly followed: Followed;
  readonly checkpoint: FollowerCheckpoint;
  readonly parked: ParkedStreams;
  readonly progress: Progress;
  /** True for an error that says nothing about the events: something is away, or has been taken over. */
  isNobodysFault(error: unknown): boolean;
};
