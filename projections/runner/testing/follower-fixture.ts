import type { RecordedEvent } from '#domain/event';
import { createLogger } from '#platform/log';
import { type CacheReadModel, keyPart } from '../../read-model.ts';
import type { Followed } from '../followed.ts';
import { type Follower, follow } from '../follower.ts';
import type { LogFeed } from '../log-feed.ts';
import { createInMemoryParking, createInMemoryStore } from './in-memory-store.ts';

type Seen = { readonly stream: string; readonly positions: readonly string[] };
const seenPart = keyPart<Seen>('seen:', ({ stream }) => stream);

/** Streams a, b, c in turn; the revision of an event is its position divided by three. */
export const eventAt = (position: number): RecordedEvent => ({
  id: `event-${position}`,
  type: 'CaseOpened',
  data: {},
  stream: ['a', 'b', 'c'][position % 3] ?? '',
  revision: BigInt(Math.floor(position / 3)),
  position: BigInt(position),
  created: new Date(0),
  metadata: {
    actor: { kind: 'person', id: 'owner' },
    correlationId: 'c',
    causationId: 'c',
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00Z',
  },
});

/**
 * A log in memory, of events at positions 0 to 11 to begin with, and a read model that lists the positions of each
 * stream's events, followed by as many followers as a test starts.
 */
export async function createFollowerFixture(partitions = 1) {
  const log: RecordedEvent[] = Array.from({ length: 12 }, (_, position) => eventAt(position));
  const poison = new Set<string>();
  const skipped = new Set<string>();
  let appended = Promise.withResolvers<void>();

  const model: CacheReadModel = {
    name: 'seen-events',
    version: 1,
    sink: 'cache',
    types: ['CaseOpened'],
    parts: [seenPart],
    needs: ({ stream }) => [{ part: seenPart, key: [stream] }],
    fold({ stream, position }, entries) {
      if (poison.has(String(position))) throw new Error(`cannot understand ${position}`);
      const { positions } = entries.get(seenPart, [stream]) ?? { positions: [] };
      entries.put(seenPart, { stream, positions: [...positions, String(position)] });
    },
  };

  const feed: LogFeed = {
    async next({ after, types, limit, signal }) {
      while (!signal.aborted) {
        const looked = log.filter(({ position }) => position > after).slice(0, limit);
        const last = looked.at(-1);
        if (last) return { events: looked.filter(({ type }) => types.has(type)), upTo: last.position };
        const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
        await Promise.race([appended.promise, aborted]);
      }
      return { events: [], upTo: after };
    },
    head: () => log.at(-1)?.position ?? -1n,
    behind: () => ({ events: 0 }),
    close: async () => {},
  };

  const store = createInMemoryStore(model);
  const parking = createInMemoryParking();
  await store.create({ version: 1, state: 'live', partitions });
  const followers: Follower[] = [];

  return {
    model,
    store,
    parking,
    feed,
    log,
    /** Positions whose events cannot be folded. */
    poison,
    /** Positions that somebody decided to pass over. */
    skipped,
    followers,
    append(...events: readonly RecordedEvent[]) {
      log.push(...events);
      appended.resolve();
      appended = Promise.withResolvers();
    },
    start(fence = 1n, change: Partial<Followed> = {}): Follower {
      const follower = follow({
        model,
        store,
        parking,
        feed,
        generation: 1,
        partition: 0,
        partitions,
        fence,
        skipped: () => skipped,
        async *readStream(stream, from) {
          yield* log.filter((event) => event.stream === stream && event.revision >= from);
        },
        onAdvance: () => {},
        log: createLogger('follower-test', 'silent'),
        ...change,
      });
      followers.push(follower);
      return follower;
    },
    /** The positions that were folded in, in the order in which they were, by stream. */
    seen: () =>
      Object.fromEntries(
        store.entries(1, seenPart).map(({ stream, positions }) => [stream, positions.join(' ')]),
      ),
    async stop() {
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  };
}

export type FollowerFixture = Awaited<ReturnType<typeof createFollowerFixture>>;
