import type { RecordedEvent } from '#domain/event';
import { preparableAtOnce } from './batch-weight.ts';
import { EventFailed } from './event-failed.ts';
import { foldUpToFailure } from './fold-up-to-failure.ts';
import { isSkipped } from './followed.ts';
import type { Work } from './follower-work.ts';
import type { FeedBatch } from './log-feed.ts';
import { partitionOf } from './partition-of.ts';

export type BatchRequest = {
  /** Events of the log to look at, at the most. */
  readonly limit: number;
  /** Position not to go beyond. */
  readonly to: bigint | undefined;
  /** Ends the wait for events. */
  readonly signal: AbortSignal;
};

/**
 * Takes the next run of the log, folds it and commits it; where an event fails, what comes before it.
 *
 * @throws {EventFailed} for an event that cannot be folded or prepared, or that is refused while it is the only one
 * @throws whatever the log, the store and the parking throw
 */
export async function takeBatch(work: Work, { to, ...request }: BatchRequest): Promise<void> {
  const { followed, checkpoint, parked, progress } = work;
  const { model, feed, partition, partitions } = followed;
  const types = new Set(model.types);
  const batch = upTo(to, await feed.next({ after: progress.position(), types, ...request }));
  const startedAt = performance.now();
  const ours = batch.events.filter(({ stream }) => partitionOf(stream, partitions) === partition);
  if (ours.length > 0) {
    // Those behind a parked one are parked first: if we end here, they are found parked the next time.
    await parked.park(ours.filter((event) => parked.isToFollow(event) && !isSkipped(followed, event)));
    const all = ours.filter((event) => !parked.isParked(event.stream) && !isSkipped(followed, event));
    const events = all.slice(0, preparableAtOnce(model, all));
    const { changes, applied, failed } = await foldUpToFailure(work, events);
    // Where we stop short of the end of the batch, it is taken anew from there.
    const end = failed?.event ?? all[events.length];
    const reached = end ? lastBefore(ours, end.position) : batch.upTo;
    if (reached !== undefined && reached > checkpoint.position())
      await checkpoint
        .commit({ upTo: reached, changes, applied })
        .catch((error) => throwBlaming(work, events, error));
    progress.applied(failed ? events.slice(0, events.indexOf(failed.event)) : events, startedAt);
    if (reached !== undefined && reached > progress.position()) progress.advance(reached);
    if (failed) throw new EventFailed(failed.event, failed.error);
    if (end) return;
  }
  if (batch.upTo > progress.position()) progress.advance(batch.upTo);
}

const upTo = (to: bigint | undefined, batch: FeedBatch): FeedBatch =>
  to === undefined || batch.upTo <= to
    ? batch
    : { events: batch.events.filter(({ position }) => position <= to), upTo: to };

/** Position of the last event before a position, if there is one. */
const lastBefore = (events: readonly { readonly position: bigint }[], position: bigint) =>
  events.findLast((event) => event.position < position)?.position;

/** What a store refuses of one event alone is that event's fault. */
function throwBlaming(work: Work, events: readonly RecordedEvent[], error: unknown): never {
  const [event] = events;
  if (!event || events.length > 1 || work.isNobodysFault(error)) throw error;
  throw new EventFailed(event, error);
}
