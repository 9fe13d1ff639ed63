import { type FillOutcome, fillGenerations } from './fill.ts';
import type { FillProgress, FillTarget, Scan } from './target.ts';

/** How long the first of several rebuilds that were asked for together waits for the others. */
const gatherMs = 1000;

/** Fills generations, those that belong together from one scan of the log. */
export type SharedFills = {
  /**
   * @param together those that name the same are filled from one scan, if they come at about the same time
   * @returns when nothing of the target is in hand any more
   */
  fill(
    together: string,
    target: FillTarget,
    onProgress: (progress: FillProgress) => void,
  ): Promise<FillOutcome>;
  /** Ends all fills at once; others go on from their checkpoints. */
  stop(): void;
};

type Waiting = {
  readonly target: FillTarget;
  readonly onProgress: (progress: FillProgress) => void;
  readonly filled: PromiseWithResolvers<FillOutcome>;
};

/** The fills of one process. */
export function createSharedFills(scan: Scan, waitMs = gatherMs): SharedFills {
  const stop = new AbortController();
  const gathering = new Map<string, Waiting[]>();

  async function begin(together: string): Promise<void> {
    const group = new Map((gathering.get(together) ?? []).map((each) => [each.target, each] as const));
    gathering.delete(together);
    try {
      await fillGenerations({
        scan,
        targets: [...group.keys()],
        signal: stop.signal,
        onProgress: (progress) => group.get(progress.target)?.onProgress(progress),
        onOutcome: (target, outcome) => group.get(target)?.filled.resolve(outcome),
      });
    } catch (error) {
      for (const { filled } of group.values()) filled.resolve({ status: 'failed', error });
    }
  }

  return {
    fill(together, target, onProgress) {
      const filled = Promise.withResolvers<FillOutcome>();
      const group = gathering.get(together);
      if (group) group.push({ target, onProgress, filled });
      else {
        gathering.set(together, [{ target, onProgress, filled }]);
        setTimeout(() => void begin(together), waitMs);
      }
      return filled.promise;
    },
    stop: () => stop.abort(new Error('The process ends.')),
  };
}
