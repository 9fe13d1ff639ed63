import type { RecordedEvent } from '#domain/event';
import type { TypeCounts } from '../read-model-store.ts';

/** What the log itself holds, counted apart from any fold. */
export type LogCounts = {
  readonly events: TypeCounts;
  /** Types of the events at the positions that were asked for. */
  readonly typeAt: ReadonlyMap<string, string>;
};

export type CountOptions = {
  readonly types: readonly string[];
  /** Counted are the events behind `after`, up to `upTo`. */
  readonly after: bigint;
  readonly upTo: bigint;
  /** Positions whose types are wanted: those of skipped events. */
  readonly positions?: ReadonlySet<string>;
};

/**
 * Counts the events of the log by type.
 *
 * @param batches in log order, from `after` on: those of a scan of its own, or what the official client reads
 */
export async function countLog(
  batches: AsyncIterable<readonly RecordedEvent[]>,
  { types, after, upTo, positions = new Set() }: CountOptions,
): Promise<LogCounts> {
  const events: Record<string, number> = Object.fromEntries(types.map((type) => [type, 0]));
  const typeAt = new Map<string, string>();
  for await (const batch of batches) {
    for (const { type, position } of batch) {
      if (position <= after) continue;
      if (position > upTo) return { events, typeAt };
      const before = events[type];
      if (before === undefined) continue;
      events[type] = before + 1;
      if (positions.size > 0 && positions.has(String(position))) typeAt.set(String(position), type);
    }
  }
  return { events, typeAt };
}

/** One by one, as `EventStore.readAll` gives them, to batches. */
export async function* inBatches(
  events: AsyncIterable<RecordedEvent>,
  size = 1000,
): AsyncGenerator<readonly RecordedEvent[]> {
  let batch: RecordedEvent[] = [];
  for await (const event of events) {
    batch.push(event);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
