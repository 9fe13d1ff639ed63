import { setTimeout as delay } from 'node:timers/promises';
import type { Followed } from '../../../projections/runner/followed.ts';
import {
  createFollowerCheckpoint as createInTime,
  type FollowerCheckpoint,
} from '../../../projections/runner/follower-checkpoint.ts';

export * from '../../../projections/runner/follower-checkpoint.ts';

const lateMs = 250;

/** A checkpoint that generations with an odd number commit to a moment later than the others. */
export function createFollowerCheckpoint(followed: Followed): FollowerCheckpoint {
  const checkpoint = createInTime(followed);
  if (followed.generation % 2 === 0) return checkpoint;
  return {
    ...checkpoint,
    async commit(changes) {
      await delay(lateMs);
      await checkpoint.commit(changes);
    },
  };
}
