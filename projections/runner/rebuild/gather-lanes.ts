import type { Filler } from './filler.ts';
import { type LaneOptions, runLane } from './lane.ts';
import type { LaneEnd } from './lane-member.ts';

type Waiting = { readonly filler: Filler; readonly joined: PromiseWithResolvers<LaneEnd> };

/** How long those that are ready wait for others to come, so that one scan serves them all. */
const gatherMs = 300;

/**
 * Brings fillers together that are ready at about the same time and go at the same rate.
 *
 * @param expected how many fillers there are
 */
export function gatherLanes(options: Omit<LaneOptions, 'throttle'>, expected: number) {
  const { signal } = options;
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let elsewhere = expected;

  function start(): void {
    clearTimeout(timer);
    timer = undefined;
    const groups = Map.groupBy(waiting, ({ filler }) => filler.target.control.settings().throttle);
    waiting = [];
    for (const [throttle, group] of groups) {
      const ends = runLane(
        group.map(({ filler }) => filler),
        { ...options, throttle },
      );
      for (const { filler, joined } of group) {
        const end = ends.get(filler) as Promise<LaneEnd>;
        void end.then(joined.resolve, joined.reject);
      }
    }
  }

  function settle(): void {
    if (waiting.length === 0) return;
    if (elsewhere <= 0 || signal.aborted) start();
    else timer ??= setTimeout(start, gatherMs);
  }
  signal.addEventListener('abort', settle, { once: true });

  return {
    /** Takes part in the next scan at its rate. */
    async join(filler: Filler): Promise<LaneEnd> {
      const joined = Promise.withResolvers<LaneEnd>();
      waiting.push({ filler, joined });
      elsewhere--;
      settle();
      try {
        return await joined.promise;
      } finally {
        elsewhere++;
      }
    },
    /** One filler will not come again. */
    gone(): void {
      elsewhere--;
      settle();
    },
  };
}
