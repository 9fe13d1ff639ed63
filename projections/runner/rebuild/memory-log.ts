import type { RecordedEvent } from '#domain/event';
import type { Scan } from './target.ts';

/** A log in memory, and how often and how far it was read. */
export function createMemoryLog(events: readonly RecordedEvent[], scanBatch = 100) {
  const scans: { readonly after: bigint; readonly types: readonly string[]; read: number }[] = [];
  const scan: Scan = async function* ({ after = -1n, types, signal, batchSize = scanBatch }) {
    const reading = { after, types, read: 0 };
    scans.push(reading);
    const size = Math.min(batchSize, scanBatch);
    for (let start = events.findIndex(({ position }) => position > after); start >= 0; start += size) {
      signal?.throwIfAborted();
      const run = events.slice(start, start + size);
      const last = run.at(-1);
      if (!last) return;
      reading.read += run.length;
      yield { events: run.filter(({ type }) => types.includes(type)), upTo: last.position };
    }
  };
  return { scan, scans };
}
