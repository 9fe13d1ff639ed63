import type { RecordedEvent } from '#domain/event';
import type { Logger } from '#platform/log';
import { isPassingSystemError } from '#platform/passing-error';
import { retryDelay } from '#platform/retry';
import type { ReadModel } from '../read-model.ts';
import { foldBatch, unpreparableEvent } from './fold-batch.ts';
import type { LogFeed } from './log-feed.ts';
import { type Parking, parkedOf } from './parking.ts';
import { partitionOf } from './partition-of.ts';
import { createRates, type Rates } from './rates.ts';
import { CheckpointMovedError, type Commit, FencedError, type ReadModelStore } from './read-model-store.ts';

/** How many events of the log a batch looks at, at the most, unless the read model says otherwise. */
const defaultBatchSize = 500;
/** An event that fails this often, with growing pauses between, is parked: about a second and a half in all. */
const mostAttempts = 5;

/** One partition of one generation, and what it is followed with. */
export type Followed = {
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly parking: Parking;
  readonly feed: LogFeed;
  readonly generation: number;
  readonly partition: number;
  readonly partitions: number;
  /** Token of the lease it is held under. */
  readonly fence: bigint;
  /** Positions of the events that somebody decided to pass over. */
  skipped(): ReadonlySet<string>;
  /** The events of a stream from a revision on, for one that is tried again. */
  readStream(stream: string, from: bigint): AsyncIterable<RecordedEvent>;
  onAdvance(position: bigint): void;
  onApplied?(events: readonly RecordedEvent[], seconds: number): void;
  readonly log: Logger;
};

export type FollowerStatus = {
  readonly state: 'starting' | 'running' | 'retrying' | 'paused' | 'stopped';
  readonly position: bigint;
  readonly applied: number;
  readonly parked: number;
  readonly rates: Rates;
  readonly lastError?: string;
};

export type Follower = {
  status(): FollowerStatus;
  /** Resolves when nothing is in hand; nothing more is taken until the function it answers is called. */
  hold(): Promise<() => void>;
  /** Tries the parked events of a stream again, in order. */
  retry(stream: string): void;
  /** Resolves when everything up to a position is in, or the follower has ended. */
  reached(position: bigint): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when it has ended: stopped, or fenced off by another worker. */
  readonly ended: Promise<'stopped' | 'fenced'>;
};

/**
 * Keeps one partition of a generation up to date: takes batches from the feed after its checkpoint, folds them, and
 * commits what changes together with the checkpoint.
 *
 * What fails because something is away is tried until it is back. An event that fails by itself is tried a few times
 * and then parked with its error, and every later event of its stream with it, for this read model only; the rest of
 * the log goes on. No event is ever passed over without being parked, or skipped by somebody's decision.
 */
export function follow(followed: Followed): Follower {
  const { model, store, parking, feed, generation, partition, partitions, fence, log } = followed;
  const types = new Set(model.types);
  const stop = new AbortController();
  const { signal } = stop;
  const rates = createRates();
  /** Positions of the parked events of each stream. */
  const parkedStreams = new Map<string, Set<bigint>>();
  const retries = new Set<string>();
  let state: FollowerStatus['state'] = 'starting';
  let position = -1n;
  let checkpoint = -1n;
  let applied = 0;
  let lastError: string | undefined;
  /** The event that failed last, and how often. */
  let failing: { position: bigint; attempts: number; error: unknown } | undefined;
  let waiters: { position: bigint; resolve: () => void }[] = [];
  let gate: Promise<void> | undefined;
  /** Aborts the wait for the feed when there is something else to do. */
  let attention = new AbortController();
  const idle: (() => void)[] = [];

  const beckon = () => attention.abort();
  signal.addEventListener('abort', beckon, { once: true });

  function advance(to: bigint): void {
    position = to;
    state = 'running';
    lastError = undefined;
    followed.onAdvance(to);
    const [due, rest] = [
      waiters.filter((each) => each.position <= to),
      waiters.filter((each) => each.position > to),
    ];
    waiters = rest;
    for (const { resolve } of due) resolve();
  }

  async function open(): Promise<void> {
    const found = await store.open(generation, partition, fence);
    checkpoint = found.position;
    parkedStreams.clear();
    for (const each of await parking.parked(generation)) {
      if (partitionOf(each.stream, partitions) !== partition) continue;
      // A stream that was folded in afterwards, and whose parked events a crash left behind.
      const [stream, upTo] = found.released?.split('@') ?? [];
      if (stream === each.stream && each.position <= BigInt(upTo ?? -1)) {
        await parking.release(generation, each.stream, each.position);
        continue;
      }
      note(each);
    }
    advance(checkpoint);
  }

  const note = ({ stream, position: at }: { readonly stream: string; readonly position: bigint }) =>
    parkedStreams.set(stream, (parkedStreams.get(stream) ?? new Set()).add(at));

  const isSkipped = (event: RecordedEvent) => followed.skipped().has(String(event.position));

  async function commit(changes: Omit<Commit, 'partition' | 'fence' | 'from'>): Promise<void> {
    await store.commit(generation, { partition, fence, from: checkpoint, ...changes });
    checkpoint = changes.upTo;
  }

  async function park(events: readonly RecordedEvent[], failure?: { error: unknown; attempts: number }) {
    if (events.length === 0) return;
    await parking.park(
      generation,
      events.map((event, index) => parkedOf(event, index === 0 ? failure : undefined)),
    );
    for (const event of events) note(event);
  }

  /** Folds and commits a run of the log; on an event that fails, what comes before it. */
  async function step(limit: number): Promise<void> {
    const batch = await feed.next({ after: position, types, limit, signal: attention.signal });
    const startedAt = performance.now();
    const ours = batch.events.filter((event) => partitionOf(event.stream, partitions) === partition);
    // Those behind a parked one are parked first: if we end here, they are parked again the next time.
    await park(
      ours.filter(
        (event) => parkedStreams.get(event.stream)?.has(event.position) === false && !isSkipped(event),
      ),
    );
    const events = ours.filter((event) => !parkedStreams.has(event.stream) && !isSkipped(event));
    if (ours.length > 0) {
      const folded = await foldBatch(model, events, (needs) => store.load(generation, needs));
      const failed = folded.failed?.event;
      const upTo = failed ? lastBefore(ours, failed.position, checkpoint) : batch.upTo;
      if (upTo > checkpoint) await commit({ upTo, changes: folded.changes, applied: folded.applied });
      const done = failed ? events.filter((event) => event.position < failed.position) : events;
      applied += done.length;
      rates.batch(done.length, startedAt, performance.now());
      followed.onApplied?.(done, (performance.now() - startedAt) / 1000);
      if (upTo > position) advance(upTo);
      if (failed) throw new EventFailed(failed, folded.failed?.error);
    }
    if (batch.upTo > position) advance(batch.upTo);
  }

  async function retryStream(stream: string): Promise<void> {
    const parked = (await parking.parked(generation)).filter((each) => each.stream === stream);
    const [first] = parked;
    const last = parked.at(-1);
    if (!first || !last) return;
    const wanted = new Set(parked.map((each) => each.eventId));
    const events: RecordedEvent[] = [];
    for await (const event of followed.readStream(stream, first.revision)) {
      if (event.revision > last.revision) break;
      if (wanted.has(event.id) && !isSkipped(event)) events.push(event);
    }
    const folded = await foldBatch(model, events, (needs) => store.load(generation, needs));
    const failed = folded.failed?.event;
    const upTo = failed ? lastBefore(parked, failed.position, -1n) : last.position;
    await commit({
      upTo: checkpoint,
      changes: folded.changes,
      applied: folded.applied,
      released: `${stream}@${upTo}`,
    });
    applied += failed ? events.filter((event) => event.position < failed.position).length : events.length;
    await parking.release(generation, stream, upTo);
    if (failed) {
      const attempts = (parked.find((each) => each.eventId === failed.id)?.attempts ?? 0) + 1;
      await parking.park(generation, [parkedOf(failed, { error: folded.failed?.error, attempts })]);
      parkedStreams.delete(stream);
      for (const each of parked) if (each.position > upTo) note(each);
    } else parkedStreams.delete(stream);
  }

  const passes = (error: unknown) => store.isTransient(error) || isPassingSystemError(error);

  /** @returns after a pause, with the event parked if it has failed too often */
  async function afterFailure(thrown: unknown, failures: number): Promise<void> {
    const unprepared = unpreparableEvent(thrown);
    const error = unprepared ? new EventFailed(unprepared, thrown) : thrown;
    const cause = error instanceof EventFailed ? error.cause : error;
    lastError = cause instanceof Error ? cause.message : String(cause);
    state = 'retrying';
    log.warn(
      { projection: model.name, generation, position: String(position), err: cause },
      'a batch was not applied; trying again',
    );
    if (error instanceof EventFailed && !passes(cause)) {
      const { event } = error;
      const attempts = failing?.position === event.position ? failing.attempts + 1 : 1;
      failing = { position: event.position, attempts, error: cause };
      if (attempts >= mostAttempts) {
        await park([event], { error: cause, attempts });
        log.error(
          { projection: model.name, stream: event.stream, position: String(event.position), err: cause },
          'an event was parked, and its stream with it',
        );
        failing = undefined;
        return;
      }
    }
    await retryDelay(failures, signal);
  }

  async function turn(failures: number): Promise<void> {
    attention = new AbortController();
    if (signal.aborted) return;
    if (gate) {
      for (const resolve of idle.splice(0)) resolve();
      state = 'paused';
      await Promise.race([gate, aborted(attention.signal)]);
      return;
    }
    for (const stream of [...retries]) {
      await retryStream(stream);
      retries.delete(stream);
    }
    // One event at a time finds the one at fault, when it is the store that refuses it.
    const single = failures > 0 && !failing;
    await (single ? narrowed() : step(model.batchSize ?? defaultBatchSize));
  }

  async function narrowed(): Promise<void> {
    const batch = await feed.next({ after: position, types, limit: 1, signal: attention.signal });
    const [event] = batch.events;
    try {
      await step(1);
    } catch (error) {
      if (!event || error instanceof EventFailed || isLost(error) || passes(error)) throw error;
      throw new EventFailed(event, error);
    }
  }

  async function run(): Promise<'stopped' | 'fenced'> {
    let failures = 0;
    let opened = false;
    while (!signal.aborted) {
      try {
        if (!opened) await open();
        opened = true;
        await turn(failures);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof FencedError) return 'fenced';
        // The store may have been away and come back: its checkpoint tells what is true.
        if (!(error instanceof EventFailed)) opened = false;
        if (error instanceof CheckpointMovedError) continue;
        failures++;
        try {
          await afterFailure(error, failures);
        } catch (again) {
          log.warn({ projection: model.name, err: again }, 'an event could not be parked yet');
          await retryDelay(failures, signal);
        }
      }
    }
    return 'stopped';
  }

  const ended = run().finally(() => {
    state = 'stopped';
    for (const resolve of idle.splice(0)) resolve();
    for (const { resolve } of waiters.splice(0)) resolve();
  });

  return {
    ended,
    status: () => ({
      state,
      position,
      applied,
      parked: [...parkedStreams.values()].reduce((sum, each) => sum + each.size, 0),
      rates,
      ...(lastError !== undefined && { lastError }),
    }),
    async hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const before = gate;
      const both = before ? Promise.all([before, promise]).then(() => {}) : promise;
      gate = both;
      void both.then(() => {
        if (gate === both) gate = undefined;
      });
      const still = Promise.withResolvers<void>();
      idle.push(still.resolve);
      beckon();
      await Promise.race([still.promise, ended]);
      return resolve;
    },
    retry(stream) {
      retries.add(stream);
      beckon();
    },
    async reached(wanted) {
      if (position >= wanted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.push({ position: wanted, resolve });
      await Promise.race([promise, ended]);
    },
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

/** Position of the last event before a position. */
const lastBefore = (
  events: readonly { readonly position: bigint }[],
  position: bigint,
  none: bigint,
): bigint => events.findLast((event) => event.position < position)?.position ?? none;

/** The fold of an event, or the writing of what it changes, failed. */
class EventFailed extends Error {
  readonly event: RecordedEvent;
  constructor(event: RecordedEvent, cause: unknown) {
    super(`Event ${event.id} could not be applied.`, { cause });
    this.event = event;
  }
}

const isLost = (error: unknown) => error instanceof FencedError || error instanceof CheckpointMovedError;

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
