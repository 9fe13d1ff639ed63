import type { RecordedEvent } from '#domain/event';
import { isTransientPostgresError } from '#platform/clients/postgres';
import { isPassingSystemError } from '#platform/passing-error';
import { cutByWeight } from '../batch-weight.ts';
import { parkedOf } from '../parking.ts';
import { partitionOf } from '../partition-of.ts';
import { CheckpointMovedError, FencedError } from '../read-model-store.ts';
import { createEntryCache, type EntryCache } from './entry-cache.ts';
import { EventFailedError, foldInSlices, PrepareFailedError } from './fold-slices.ts';
import { around, eventsAfter, halves, inParts, type Run, split } from './runs.ts';
import type { FillProgress, FillTarget } from './target.ts';
import type { Turns } from './turns.ts';

export type FillerOptions = {
  readonly signal: AbortSignal;
  readonly turns: Turns;
  /** Waits before try number `failures` + 1. */
  readonly delay: (failures: number, signal: AbortSignal) => Promise<void>;
  readonly onProgress?: ((progress: FillProgress) => void) | undefined;
};

/** The store, or what events are prepared with, has been away for a while: nothing is wrong with the rebuild. */
export class StoreAwayError extends Error {
  override name = 'StoreAwayError';
}

export type PartitionFiller = {
  open(): Promise<void>;
  position(): bigint;
  process(events: readonly RecordedEvent[], upTo: bigint): Promise<void>;
};

/** About a second and a half in all; as in a live projection. */
const mostAttempts = 5;
/** About six seconds. */
const mostTransient = 6;
/** When so many streams cannot be folded, it is not them: the rebuild fails instead of parking the log. */
const mostParkedStreams = 100;
/** Entries kept in memory for one target, a few kB each at the most. */
const cachedEntries = 20_000;

/**
 * Fills one partition. A run that fails is tried again in smaller ones until the event at fault is found; that event
 * is tried a few times, and then parked with its error, and with it the rest of its stream.
 *
 * @param targetPosition where the slowest partition of the target is, for who looks on
 */
export function createPartitionFiller(
  target: FillTarget,
  partition: number,
  fence: bigint,
  targetPosition: () => bigint,
  { signal, turns, delay, onProgress }: FillerOptions,
): PartitionFiller {
  const { model, store, parking, generation } = target;
  const by = { partition, fence };
  const parkedStreams = new Set<string>();
  /** Events behind the checkpoint that are parked already: not to be parked anew, without their error. */
  const parkedAhead = new Set<bigint>();
  let cache: EntryCache | undefined;
  let position = -1n;
  let newlyParked = 0;

  async function open(): Promise<void> {
    const checkpoint = await store.open(generation, partition, fence);
    position = checkpoint.position;
    parkedStreams.clear();
    parkedAhead.clear();
    for (const parked of await parking.parked(generation)) {
      if (partitionOf(parked.stream, target.partitions) !== partition) continue;
      parkedStreams.add(parked.stream);
      if (parked.position > position) parkedAhead.add(parked.position);
    }
    // A fold that asks for nothing has no use for what was written.
    const remembers = position === -1n && model.needs !== undefined;
    cache ??= createEntryCache(Math.ceil(cachedEntries / target.fences.size), remembers);
    cache.clear();
  }

  /** Commits a run in one step, or nothing of it. */
  async function commitRun({ events, upTo }: Run): Promise<void> {
    const entries = cache;
    if (!entries) throw new Error(`Partition ${partition} of ${model.name} was not opened.`);
    const skips = target.skipped();
    const wanted = skips.size === 0 ? events : events.filter((event) => !skips.has(String(event.position)));
    const [behind, folding] =
      parkedStreams.size === 0 ? [[], wanted] : split(wanted, ({ stream }) => parkedStreams.has(stream));
    // Before the checkpoint moves past them; if we end in between, they are parked again.
    const unparked = behind.filter((event) => !parkedAhead.has(event.position));
    if (unparked.length > 0)
      await parking.park(
        generation,
        unparked.map((event) => parkedOf(event)),
        by,
      );
    for (const { position: at } of unparked) parkedAhead.add(at);
    const load = (needs: Parameters<typeof store.load>[1]) =>
      entries.load(needs, (missing) => store.load(generation, missing));
    const { changes, applied } = await foldInSlices(model, folding, load, turns);
    signal.throwIfAborted();
    entries.expect(changes);
    await store.commit(
      generation,
      { partition, fence, from: position, upTo, changes, applied },
      { bulk: true },
    );
    entries.apply(changes);
    position = upTo;
    for (const { position: at } of behind) parkedAhead.delete(at);
    const counts = { read: events.length, parked: behind.length, skipped: events.length - wanted.length };
    onProgress?.({ target, partition, position: targetPosition(), applied, ...counts });
  }

  async function park(event: RecordedEvent, failed: EventFailedError): Promise<void> {
    if (++newlyParked > mostParkedStreams)
      throw new Error(
        `${model.name}: events of more than ${mostParkedStreams} streams cannot be applied, the last one at position ${event.position}: ${failed.message}`,
        { cause: failed },
      );
    const failure = { error: failed.cause, attempts: mostAttempts };
    await parking.park(generation, [parkedOf(event, failure)], by);
    parkedStreams.add(event.stream);
    parkedAhead.add(event.position);
  }

  /** True for what says nothing about the events. */
  function passes(thrown: unknown): boolean {
    const error = thrown instanceof EventFailedError ? thrown.cause : thrown;
    return (
      error instanceof CheckpointMovedError ||
      error instanceof PrepareFailedError ||
      store.isTransient(error) ||
      // Parked events are in Postgres, whatever the store.
      isTransientPostgresError(error) ||
      isPassingSystemError(error)
    );
  }

  /** What is left to do after a run has failed, in order. @throws what is not to be tried again */
  async function afterFailure(run: Run, error: unknown, attempts: number): Promise<readonly Run[]> {
    if (error instanceof EventFailedError) {
      if (run.events.length > 1) return around(run, error.event.position);
      if (attempts < mostAttempts) await delay(attempts, signal);
      else await park(run.events[0] ?? error.event, error);
      return [run];
    }
    const [event] = run.events;
    if (!event) throw error;
    if (run.events.length === 1) return afterFailure(run, new EventFailedError(event, error), attempts);
    return halves(run);
  }

  return {
    open,
    position: () => position,
    async process(events, upTo) {
      const runs = inParts({ events, upTo }, (all) => cutByWeight(model, all)).toReversed();
      let attempts = 0;
      let transient = 0;
      for (let run = runs.pop(); run; run = runs.pop()) {
        signal.throwIfAborted();
        const rest = { ...run, events: eventsAfter(run.events, position) };
        if (rest.upTo <= position) continue;
        try {
          await commitRun(rest);
          attempts = 0;
          transient = 0;
        } catch (thrown) {
          let error = thrown;
          signal.throwIfAborted();
          if (error instanceof FencedError) throw error;
          if (!passes(error)) {
            attempts = rest.events.length === 1 ? attempts + 1 : 0;
            try {
              runs.push(...(await afterFailure(rest, error, attempts)).toReversed());
              continue;
            } catch (again) {
              error = again;
            }
            if (!passes(error)) throw error;
          }
          if (++transient > mostTransient) {
            if (!(error instanceof PrepareFailedError) || rest.events.length === 1) throw away(error);
            // Not away, by now: each for itself, they are parked; too many of them, and the rebuild fails.
            transient = 0;
            runs.push(...halves(rest).toReversed());
            continue;
          }
          await delay(transient, signal);
          await open().catch((again) => {
            if (!passes(again)) throw again;
          });
          runs.push(rest);
        }
      }
    },
  };
}

const away = (error: unknown) =>
  new StoreAwayError(error instanceof Error ? error.message : String(error), { cause: error });
