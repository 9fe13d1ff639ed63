import type { RebuildState } from '#domain/projection/decider';
import type { TypeCounts } from '../read-model-store.ts';
import type { RebuildStatus } from '../status.ts';
import { beginProgress, estimate, type Goal, observe } from './progress.ts';
import type { FillProgress } from './target.ts';

type Phase = RebuildStatus['phase'];

/** Often enough for people, seldom enough to cost nothing. */
const observeMs = 250;

/** What a rebuild tells of itself while it is at work. */
export type JobProgress = {
  /** Seconds since it was begun, pauses left out. */
  seconds(): number;
  enter(phase: Phase): void;
  /** What there is to do, and what an earlier worker has done of it. */
  begin(start: {
    readonly generation: number;
    readonly goal: Goal;
    readonly position: bigint;
    readonly applied: TypeCounts;
    /** When the generation was made, if it was not just now. */
    readonly begunAt?: Date;
  }): void;
  took(progress: FillProgress): void;
  set(settings: { readonly paused: boolean; readonly throttle: number | undefined }): void;
  /** What holds it up, if anything does. */
  waitFor(error: string | undefined): void;
  fail(error: string): void;
  status(request: RebuildState): RebuildStatus;
};

/** @param now milliseconds since 1970 */
export function createJobProgress(now: () => number = Date.now): JobProgress {
  let begunAt = now();
  let pausedMs = 0;
  let pausedAt: number | undefined;
  let phase: Phase = 'waiting';
  let generation = 0;
  let goal: Goal = { after: -1n, head: -1n, types: [], counts: {} };
  let position = -1n;
  let done: Record<string, number> = {};
  let read = 0;
  let throttle: number | undefined;
  let error: string | undefined;
  let observedAt = 0;

  const seconds = () => Math.max(0, ((pausedAt ?? now()) - begunAt - pausedMs) / 1000);
  /** What was done then: what is counted goes on. */
  const observation = () => ({ seconds: seconds(), position, done: { ...done } });
  let progress = beginProgress(observation());

  return {
    seconds,
    enter(next) {
      phase = next;
    },
    begin(start) {
      generation = start.generation;
      goal = start.goal;
      position = start.position;
      done = { ...start.applied };
      read = Object.values(start.applied).reduce((sum, count) => sum + count, 0);
      begunAt = start.begunAt?.getTime() ?? begunAt;
      progress = beginProgress(observation());
    },
    took(more) {
      position = more.position;
      read += more.read;
      for (const [type, count] of Object.entries(more.applied)) done[type] = (done[type] ?? 0) + count;
      if (now() - observedAt < observeMs) return;
      observedAt = now();
      progress = observe(progress, observation());
    },
    set(settings) {
      if (settings.paused && pausedAt === undefined) pausedAt = now();
      if (!settings.paused && pausedAt !== undefined) {
        pausedMs += now() - pausedAt;
        pausedAt = undefined;
      }
      if (settings.throttle === throttle) return;
      throttle = settings.throttle;
      // What was learned at another rate holds no more.
      progress = beginProgress(observation());
    },
    waitFor(message) {
      error = message;
    },
    fail(message) {
      phase = 'failed';
      error = message;
    },
    status({ rebuildId, purpose }) {
      const estimated = estimate(progress, goal);
      const isScanning = phase === 'scanning';
      const isFilled = !isScanning && phase !== 'waiting' && phase !== 'failed';
      return {
        rebuildId,
        generation,
        purpose,
        phase,
        paused: pausedAt !== undefined,
        ...(throttle !== undefined && { throttle }),
        progress: isFilled ? 1 : phase === 'waiting' ? 0 : estimated.progress,
        position: String(position),
        eventsRead: read,
        eventsApplied: Object.values(done).reduce((sum, count) => sum + count, 0),
        rate: isScanning && pausedAt === undefined ? estimated.rate : 0,
        ...(isScanning &&
          estimated.remainingSeconds !== undefined && { remainingSeconds: estimated.remainingSeconds }),
        ...(error !== undefined && { error }),
      };
    },
  };
}
