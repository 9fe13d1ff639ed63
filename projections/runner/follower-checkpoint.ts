import type { Followed } from './followed.ts';
import type { Checkpoint, Commit } from './read-model-store.ts';

/** Where a follower's partition is in the store. */
export type FollowerCheckpoint = {
  position(): bigint;
  /** Takes the partition over. @throws {FencedError} */
  open(): Promise<Checkpoint>;
  /** Commits from where it is. @throws whatever the store does: then it has to be opened again */
  commit(changes: Omit<Commit, 'partition' | 'fence' | 'from'>): Promise<void>;
  /** Milliseconds until it should follow to a position though nothing of ours came; 0 if now, undefined if never. */
  dueIn(position: bigint): number | undefined;
  /** Follows to a position before which nothing of ours has come. */
  follow(position: bigint): Promise<void>;
};

/** How long a checkpoint may stay behind where its follower is, when nothing of ours comes. */
const mostBehindMs = 1000;

export function createFollowerCheckpoint({
  store,
  generation,
  partition,
  fence,
}: Followed): FollowerCheckpoint {
  let position = -1n;
  let committedAt = performance.now();

  async function commit(changes: Omit<Commit, 'partition' | 'fence' | 'from'>): Promise<void> {
    await store.commit(generation, { partition, fence, from: position, ...changes });
    position = changes.upTo;
    committedAt = performance.now();
  }

  return {
    position: () => position,
    async open() {
      const found = await store.open(generation, partition, fence);
      position = found.position;
      return found;
    },
    commit,
    // Of two generations that have seen the same, none must look as if it were behind: see `switchTo`.
    dueIn: (to) => (to > position ? Math.max(0, committedAt + mostBehindMs - performance.now()) : undefined),
    follow: (to) => commit({ upTo: to, changes: [], applied: {} }),
  };
}
