import type { EventStore } from '#platform/event-store';
import { countLog, inBatches, type LogCounts } from './count-log.ts';

/** Counts what the log holds, for the certificates of rebuilds that are done at about the same time. */
export type LogCounter = {
  /**
   * @param upTo position of the last event that is counted
   * @param positions those whose types are wanted
   * @returns the events of all types from the beginning on
   */
  count(upTo: bigint, positions: ReadonlySet<string>): Promise<LogCounts>;
};

type Counted = { readonly upTo: bigint; readonly positions: ReadonlySet<string>; readonly counts: LogCounts };

/**
 * Reads with the official client, and not by the scan that fills: what one of them lost, the other tells. The next count
 * goes on where the last one ended.
 *
 * @param types all that there are
 */
export function createLogCounter(store: Pick<EventStore, 'readAll'>, types: readonly string[]): LogCounter {
  let last: Counted | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function count(upTo: bigint, positions: ReadonlySet<string>): Promise<LogCounts> {
    // One that was skipped since lies before, and its type was not looked at.
    const known = last && last.upTo <= upTo && positions.isSubsetOf(last.positions) ? last : undefined;
    if (known?.upTo === upTo) return known.counts;
    const after = known?.upTo ?? -1n;
    const more = await countLog(inBatches(store.readAll({ after })), { types, after, upTo, positions });
    const counts = known ? sumOf(known.counts, more) : more;
    last = { upTo, positions, counts };
    return counts;
  }

  return {
    count(upTo, positions) {
      const counted = queue.then(() => count(upTo, positions));
      queue = counted.catch(() => {});
      return counted;
    },
  };
}

const sumOf = (one: LogCounts, other: LogCounts): LogCounts => ({
  events: Object.fromEntries(
    Object.entries(one.events).map(([type, count]) => [type, count + (other.events[type] ?? 0)]),
  ),
  typeAt: new Map([...one.typeAt, ...other.typeAt]),
});
