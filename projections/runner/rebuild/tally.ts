import type { RecordedEvent } from '#domain/event';
import { type CacheReadModel, keyPart } from '../../read-model.ts';

type Tally = { readonly stream: string; readonly count: number; readonly lastPosition: string };

const tally = keyPart<Tally>('tally:', ({ stream }) => stream);

/** For tests: how many events each stream has. An event whose data says `poison` cannot be folded. */
export const tallyModel = (name: string, types: readonly string[]): CacheReadModel => ({
  name,
  version: 1,
  types,
  sink: 'cache',
  parts: [tally],
  partitionable: true,
  needs: ({ stream }) => [{ part: tally, key: [stream] }],
  fold({ stream, position, data }, entries) {
    const count = (entries.get(tally, [stream])?.count ?? 0) + 1;
    entries.put(tally, { stream, count, lastPosition: String(position) });
    if ((data as { poison?: boolean }).poison) throw new Error('This cannot be understood.');
  },
  streamsOf: (_, [stream]) => [String(stream)],
});

/** For tests: events of a few types in turn over some streams, at every third position. */
export function tallyEvents(count: number, streams = 50, types = ['A', 'B', 'C']): RecordedEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `event-${index}`,
    type: types[(index * 7) % types.length] ?? 'A',
    data: {},
    stream: `stream-${(index * 13) % streams}`,
    revision: BigInt(Math.floor(index / streams)),
    position: BigInt(index * 3),
    created: new Date(0),
    metadata: {
      actor: { kind: 'person', id: 'ada' },
      correlationId: 'c',
      causationId: 'c',
      schemaVersion: 1,
      occurredAt: '2026-01-01T00:00:00Z',
    },
  }));
}
