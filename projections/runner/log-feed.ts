import type { RecordedEvent } from '#domain/event';
import type { EventStore } from '#platform/event-store';
import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';

/** Events after a position, and the position up to which the log was looked at for them. */
export type FeedBatch = { readonly events: readonly RecordedEvent[]; readonly upTo: bigint };

export type FeedRequest = {
  /** Exclusive; -1n for the beginning. */
  readonly after: bigint;
  readonly types: ReadonlySet<string>;
  /** How many events of the log to look at, at the most. */
  readonly limit: number;
  readonly signal: AbortSignal;
};

/** One scan of the log that feeds many projections. */
export type LogFeed = {
  /** What comes next after a position; waits at the head of the log. Answers an empty batch when the signal aborts. */
  next(request: FeedRequest): Promise<FeedBatch>;
  /** Position of the last event seen. */
  head(): bigint;
  /**
   * What of the log lies after a position.
   *
   * @returns how many events at least (more where it is further back than the feed remembers), and the receipt time of
   *   the oldest that is remembered
   */
  behind(position: bigint): { readonly events: number; readonly oldest?: Date };
  close(): Promise<void>;
};

/**
 * Reads the log once for all projections: the newest events stay in a ring in memory, decoded, and every projection that
 * keeps up is served from there. One that has fallen behind reads pages of its own until it is back in the ring, so a
 * slow projection never holds up a fast one. Projections at the same place share a page.
 */
export function createLogFeed(store: EventStore, log: Logger, ringSize = 5000): LogFeed {
  const stop = new AbortController();
  const pages = new Map<string, Promise<readonly RecordedEvent[]>>();
  let ring: RecordedEvent[] = [];
  let ringStart = -1n;
  let head = -1n;
  let wake = Promise.withResolvers<void>();

  /** The next wait needs a new promise: on one that is resolved already, waiting in a loop would never let go of the CPU. */
  function wakeAll(): void {
    wake.resolve();
    wake = Promise.withResolvers();
  }

  const watched = new WeakSet<AbortSignal>();
  /** Waiting on one promise that is replaced each time holds nothing in memory, unlike a race with a lasting one. */
  function wakeOnAbort(signal: AbortSignal): void {
    if (watched.has(signal)) return;
    watched.add(signal);
    signal.addEventListener('abort', wakeAll, { once: true });
  }

  const started = start();
  const scan = started.then(follow);

  async function start(): Promise<void> {
    for (let failures = 0; !stop.signal.aborted; ) {
      try {
        ringStart = await store.headPosition();
        head = ringStart;
        return;
      } catch (error) {
        log.warn({ error: String(error) }, 'the log cannot be read yet');
        await retryDelay(++failures, stop.signal);
      }
    }
  }

  async function follow(): Promise<void> {
    for await (const event of store.subscribe({ after: ringStart, signal: stop.signal })) {
      ring.push(event);
      head = event.position;
      if (ring.length > ringSize * 1.5) {
        const dropped = ring.length - ringSize;
        ringStart = ring[dropped - 1]?.position ?? ringStart;
        ring = ring.slice(dropped);
      }
      wakeAll();
    }
  }

  function fromRing({ after, types, limit }: FeedRequest): FeedBatch {
    const from = firstAfter(ring, after);
    const looked = ring.slice(from, from + limit);
    return {
      events: looked.filter((event) => types.has(event.type)),
      upTo: looked.at(-1)?.position ?? after,
    };
  }

  async function fromPage({ after, types, limit }: FeedRequest): Promise<FeedBatch> {
    const start = ringStart;
    const key = `${after}:${limit}`;
    let page = pages.get(key);
    if (!page) {
      page = Array.fromAsync(store.readAll({ after, limit })).finally(() => pages.delete(key));
      pages.set(key, page);
    }
    const looked = await page;
    // An empty page: nothing of ours lies between here and where the ring began.
    return {
      events: looked.filter((event) => types.has(event.type)),
      upTo: looked.at(-1)?.position ?? start,
    };
  }

  return {
    async next(request) {
      await started;
      while (!request.signal.aborted && !stop.signal.aborted) {
        if (request.after < ringStart) return fromPage(request);
        if (request.after < head) return fromRing(request);
        wakeOnAbort(request.signal);
        await wake.promise;
      }
      return { events: [], upTo: request.after };
    },
    head: () => head,
    behind(position) {
      if (position >= head) return { events: 0 };
      const from = firstAfter(ring, position);
      const oldest = ring[from]?.created;
      return { events: Math.max(1, ring.length - from), ...(oldest && { oldest }) };
    },
    async close() {
      stop.abort();
      wakeAll();
      await scan;
    },
  };
}

/** Index of the first event after a position: the ring is in log order. */
function firstAfter(events: readonly RecordedEvent[], position: bigint): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event && event.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
