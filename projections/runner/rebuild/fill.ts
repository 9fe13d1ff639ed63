import { setImmediate as nextRound } from 'node:timers/promises';
import { isPassingSystemError } from '#platform/passing-error';
import { retryDelay } from '#platform/retry';
import { CheckpointMovedError } from '../read-model-store.ts';
import { type Clock, systemClock } from './clock.ts';
import { resumed } from './control.ts';
import { createFiller, type Filler } from './filler.ts';
import { gatherLanes } from './gather-lanes.ts';
import type { FillProgress, FillTarget, Scan } from './target.ts';
import { createTurns } from './turns.ts';

export type FillOptions = {
  readonly scan: Scan;
  readonly targets: readonly FillTarget[];
  /** Ends the fill at once; another one goes on from the checkpoints. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: FillProgress) => void;
  /** Called for each target as soon as nothing of it is in hand any more. */
  readonly onOutcome?: (target: FillTarget, outcome: FillOutcome) => void;
  /** Milliseconds, in all, that one target may leave the others without work before it gets a scan of its own. */
  readonly patienceMs?: number;
  readonly clock?: Clock;
  readonly delay?: (failures: number, signal: AbortSignal) => Promise<void>;
};

export type FillOutcome =
  /** Up to the head of the log as it was when its last scan began. */
  | { readonly status: 'filled'; readonly upTo: bigint }
  | { readonly status: 'failed'; readonly error: unknown };

/**
 * Fills generations with all that is in the log, in large batches, several of them from one scan. Each goes on after its
 * own checkpoint. What is paused or throttled leaves the scan of the others; what failed is given up for itself alone.
 *
 * @returns when all are filled or have failed; nothing is written any more
 * @throws the signal's reason, when nothing is in hand any more
 */
export async function fillGenerations(options: FillOptions): Promise<ReadonlyMap<FillTarget, FillOutcome>> {
  const { scan, targets, signal, onProgress, onOutcome, patienceMs = 3000 } = options;
  const { clock = systemClock, delay = retryDelay } = options;
  const turns = createTurns();
  const lanes = gatherLanes({ scan, signal, turns, clock, delay, patienceMs }, targets.length);

  const isAway = (error: unknown, { store }: FillTarget) =>
    error instanceof CheckpointMovedError || store.isTransient(error) || isPassingSystemError(error);

  async function open(filler: Filler, own: AbortSignal): Promise<void> {
    for (let failures = 0; ; ) {
      own.throwIfAborted();
      try {
        return await filler.open();
      } catch (error) {
        if (!isAway(error, filler.target)) throw error;
        await delay(++failures, own);
      }
    }
  }

  async function fill(target: FillTarget): Promise<FillOutcome> {
    const own = target.signal ? AbortSignal.any([signal, target.signal]) : signal;
    const filler = createFiller(target, { signal: own, turns, delay, onProgress });
    // One that is paused leaves its scan, and finds here that it is given up.
    const giveUp = () => target.control.set({ paused: true });
    target.signal?.addEventListener('abort', giveUp, { once: true });
    try {
      for (;;) {
        await resumed(target.control, own);
        await open(filler, own);
        if (target.control.settings().paused) continue;
        if ((await lanes.join(filler)) === 'filled') return { status: 'filled', upTo: filler.position() };
        await nextRound();
      }
    } catch (error) {
      return { status: 'failed', error };
    } finally {
      target.signal?.removeEventListener('abort', giveUp);
      lanes.gone();
    }
  }

  const outcomes = await Promise.all(
    targets.map(async (target) => {
      const outcome = await fill(target);
      onOutcome?.(target, outcome);
      return [target, outcome] as const;
    }),
  );
  signal.throwIfAborted();
  return new Map(outcomes);
}
