import { EventStoreUnavailableError } from '#platform/event-store';
import { lowestPosition } from '../positions.ts';
import type { Clock } from './clock.ts';
import type { Filler } from './filler.ts';
import { createLaneMember, type LaneEnd, type LaneMember } from './lane-member.ts';
import { createPatience } from './patience.ts';
import type { Scan } from './target.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { Turns } from './turns.ts';

export type LaneOptions = {
  readonly scan: Scan;
  /** Events a second that the scan may give out. Members that are to go at another rate leave. */
  readonly throttle: number | undefined;
  readonly signal: AbortSignal;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly delay: (failures: number, signal: AbortSignal) => Promise<void>;
  readonly patienceMs: number;
};

const scanBatchEvents = 2000;

/**
 * Fills several generations from one scan, which begins behind the one that is least far and goes on to the head of the
 * log as it was when the scan began. A member that is paused, given another rate, fails, or holds up the others leaves;
 * the others go on.
 *
 * @param fillers opened
 */
export function runLane(
  fillers: readonly Filler[],
  options: LaneOptions,
): ReadonlyMap<Filler, Promise<LaneEnd>> {
  const { scan, throttle, turns, clock, delay, patienceMs } = options;
  const everyoneOut = new AbortController();
  const signal = AbortSignal.any([options.signal, everyoneOut.signal]);
  const all = fillers.map((filler) => {
    const batchEvents = Math.min(filler.batchEvents, Math.ceil(throttle ?? filler.batchEvents));
    return createLaneMember(filler, batchEvents, clock);
  });
  const members = new Set<LaneMember>(all);
  const ends = new Map<Filler, Promise<LaneEnd>>();

  // All of them are in before one may leave: the first to leave would be the last one, and end the scan.
  for (const member of all) {
    const { filler } = member;
    const leaveIfOtherwise = () => {
      const wanted = filler.target.control.settings();
      if (wanted.paused || wanted.throttle !== throttle) out(member, () => member.leave());
    };
    const forget = filler.target.control.onChange(leaveIfOtherwise);
    ends.set(
      filler,
      member.ended.finally(() => out(member, forget)),
    );
    leaveIfOtherwise();
  }

  function out(member: LaneMember, last: () => void): void {
    last();
    members.delete(member);
    if (members.size === 0) everyoneOut.abort();
  }

  async function readOn(): Promise<void> {
    const types = [...new Set(fillers.flatMap(({ types: each }) => [...each]))];
    const bucket = throttle === undefined ? undefined : createTokenBucket(throttle, clock);
    const batchSize = Math.min(scanBatchEvents, Math.max(1, Math.ceil((throttle ?? Infinity) / 5)));
    const patience = createPatience(members, patienceMs, clock);
    let after = lowestPosition(fillers.map((filler) => filler.position()));
    for (let failures = 0; ; ) {
      try {
        for await (const batch of scan({ after, types, signal, batchSize })) {
          failures = 0;
          await bucket?.take(batch.events.length, signal);
          signal.throwIfAborted();
          for (const member of members) member.offer(batch);
          after = batch.upTo;
          for (const member of [...members]) {
            await patience(member, signal);
            if (!member.isIn()) out(member, () => {});
          }
          await turns.rest();
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof EventStoreUnavailableError)) throw error;
        await delay(++failures, signal);
      }
    }
  }

  void readOn().then(
    () => {
      for (const member of [...members]) member.finish();
    },
    (error) => {
      for (const member of [...members]) member.fail(error);
    },
  );
  return ends;
}
