import type { RecordedEvent } from '#domain/event';
import { type FoldedBatch, foldBatch, unpreparableEvent } from './fold-batch.ts';
import type { Work } from './follower-work.ts';

/**
 * Folds events in their order, up to the first that cannot be folded or prepared. (Where one cannot be prepared, those
 * before it are prepared anew without it: it may have made one of them void.)
 *
 * @throws whatever the store throws, and what prepares the events where it is not certain that one of them is at fault
 */
export async function foldUpToFailure(work: Work, events: readonly RecordedEvent[]): Promise<FoldedBatch> {
  const { model, store, generation } = work.followed;
  try {
    return await foldBatch(model, events, (needs) => store.load(generation, needs));
  } catch (error) {
    const event = unpreparableEvent(error) ?? (events.length === 1 ? events[0] : undefined);
    if (!event || work.isNobodysFault(error)) throw error;
    const before = events.filter(({ position }) => position < event.position);
    const folded = before.length > 0 ? await foldUpToFailure(work, before) : { changes: [], applied: {} };
    return { failed: { event, error }, ...folded };
  }
}
