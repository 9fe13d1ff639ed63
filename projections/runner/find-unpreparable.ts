import type { RecordedEvent } from '#domain/event';
import type { ReadModel } from '../read-model.ts';

type Prepare = NonNullable<ReadModel['prepare']>;

/**
 * After `prepare` failed for a batch: which event it cannot do. Each stream is tried for itself, its last event first
 * and then with one more before it each time, for an event may only be void because of what follows it.
 *
 * @returns the first such event; undefined if now it works (a passing fault), or if nothing of several streams does:
 *   then it is not the events, but what they are prepared with
 */
export async function findUnpreparable(
  prepare: Prepare,
  events: readonly RecordedEvent[],
): Promise<RecordedEvent | undefined> {
  const streams = [...Map.groupBy(events, ({ stream }) => stream).values()];
  let found: RecordedEvent | undefined;
  let works = streams.length === 1;
  for (const stream of streams) {
    const { culprit, prepared } = await tryStream(prepare, stream);
    found ??= culprit;
    works ||= prepared;
    if (found && works) return found;
  }
  return undefined;
}

/** The event of a stream that cannot be prepared, if there is one, and whether anything could. */
async function tryStream(prepare: Prepare, events: readonly RecordedEvent[]) {
  let prepared = false;
  for (let start = events.length - 1; start >= 0; start--) {
    try {
      const { size } = await prepare(events.slice(start));
      prepared ||= size > 0;
    } catch {
      return { culprit: events[start], prepared };
    }
  }
  return { culprit: undefined, prepared };
}
