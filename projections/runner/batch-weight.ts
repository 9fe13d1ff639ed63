import type { RecordedEvent } from '#domain/event';
import type { ReadModel } from '../read-model.ts';
import { storableEvent } from './fold-batch.ts';

/**
 * Bytes, about, of what is prepared for the events of one batch. Small enough for several batches to be in hand at a
 * time (of several read models, and of several partitions), and hundreds of ordinary documents.
 */
export const mostPreparedBytes = 32 * 1024 * 1024;

/** How many events, from the first, may be prepared at once: at least one, however much it is. */
export function preparableAtOnce(model: ReadModel, events: readonly RecordedEvent[]): number {
  if (!model.weigh) return events.length;
  let bytes = 0;
  for (const [index, event] of events.entries()) {
    bytes += weightOf(model, event);
    if (bytes > mostPreparedBytes && index > 0) return index;
  }
  return events.length;
}

/** Events in their order, cut where more of them could not be prepared at once. */
export function cutByWeight(
  model: ReadModel,
  events: readonly RecordedEvent[],
): readonly (readonly RecordedEvent[])[] {
  const parts: (readonly RecordedEvent[])[] = [];
  for (let start = 0; start < events.length; ) {
    const part = events.slice(start, start + preparableAtOnce(model, events.slice(start)));
    parts.push(part);
    start += part.length;
  }
  return parts;
}

function weightOf(model: ReadModel, event: RecordedEvent): number {
  try {
    const weight = model.weigh?.(storableEvent(event)) ?? 0;
    return Number.isFinite(weight) ? weight : 0;
  } catch {
    // One that cannot be understood: the fold will say so.
    return 0;
  }
}
