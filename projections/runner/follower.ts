import { isTransientPostgresError } from '#platform/clients/postgres';
import { EventStoreUnavailableError } from '#platform/event-store';
import { isPassingSystemError } from '#platform/passing-error';
import { retryDelay } from '#platform/retry';
import { EventFailed } from './event-failed.ts';
import { type Followed, type Follower, mostAttempts } from './followed.ts';
import { createFollowerCheckpoint } from './follower-checkpoint.ts';
import { createProgress } from './follower-progress.ts';
import type { Work } from './follower-work.ts';
import { createGate } from './gate.ts';
import { createParkedStreams } from './parked-streams.ts';
import { CheckpointMovedError, FencedError } from './read-model-store.ts';
import { createRetries } from './retries.ts';
import { takeBatch } from './take-batch.ts';

export type { Followed, Follower, FollowerStatus } from './followed.ts';

/** How many events of the log a batch looks at, at the most, unless the read model says otherwise. */
const defaultBatchSize = 500;

/**
 * Keeps one partition of a generation up to date: takes batches from the feed after its checkpoint, folds them, and
 * commits what changes together with the checkpoint.
 *
 * What fails because something is away is tried until it is back. An event that fails by itself is tried a few times
 * and then parked with its error, and every later event of its stream with it, for this read model only; the rest of
 * the log goes on. No event is ever passed over without being parked, or skipped by somebody's decision.
 */
export function follow(followed: Followed): Follower {
  const { model, store, generation, log } = followed;
  const batchSize = model.batchSize ?? defaultBatchSize;
  const stop = new AbortController();
  const { signal } = stop;
  const progress = createProgress(followed);
  const checkpoint = createFollowerCheckpoint(followed);
  const parked = createParkedStreams(followed);
  const isNobodysFault = (error: unknown) =>
    error instanceof FencedError ||
    error instanceof CheckpointMovedError ||
    error instanceof EventStoreUnavailableError ||
    store.isTransient(error) ||
    // Parked events are in Postgres, whatever the store.
    isTransientPostgresError(error) ||
    isPassingSystemError(error);
  const work: Work = { followed, checkpoint, parked, progress, isNobodysFault };
  /** Aborts whatever wait is on, when there is something else to do. */
  let attention = new AbortController();
  const beckon = () => attention.abort();
  signal.addEventListener('abort', beckon, { once: true });
  const gate = createGate(beckon);
  const retries = createRetries(work, batchSize, beckon, signal);
  let isOpen = false;
  /** Tries in a row that failed. */
  let failures = 0;
  /** Events of the log to look at: fewer and fewer, when what is refused is somewhere among them. */
  let limit = batchSize;
  /** The event that failed last, and how often. */
  let failing: { readonly position: bigint; readonly attempts: number } | undefined;

  async function open(): Promise<void> {
    const before = checkpoint.position();
    const found = await checkpoint.open();
    await parked.load(found.released);
    isOpen = true;
    // What lies between a checkpoint and where we are is not ours: nothing has to be looked at again.
    const isAsLeft = found.position === before && progress.position() > before;
    progress.advance(isAsLeft ? progress.position() : found.position);
  }

  /** @param to where to stop */
  async function takeNext(to?: bigint): Promise<void> {
    const dueIn = checkpoint.dueIn(progress.position());
    if (dueIn === 0) await checkpoint.follow(progress.position());
    const timer = dueIn ? setTimeout(beckon, dueIn).unref() : undefined;
    try {
      await takeBatch(work, { limit, to, signal: attention.signal });
      limit = Math.min(batchSize, limit * 2);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Parks an event that has failed too often. @returns true if it did: there is nothing to wait for */
  async function afterEventFailed({ event, cause }: EventFailed): Promise<boolean> {
    const attempts = failing?.position === event.position ? failing.attempts + 1 : 1;
    failing = { position: event.position, attempts };
    failures = attempts;
    if (attempts < mostAttempts) return false;
    await parked.park([event], { error: cause, attempts });
    failing = undefined;
    failures = 0;
    const fields = { projection: model.name, stream: event.stream, position: String(event.position) };
    log.error({ ...fields, err: cause }, 'an event was parked, and its stream with it');
    return true;
  }

  async function afterFailure(error: unknown): Promise<void> {
    const cause = error instanceof EventFailed ? error.cause : error;
    progress.failed(cause);
    progress.state = 'retrying';
    const fields = { projection: model.name, generation, position: String(progress.position()) };
    log.warn({ ...fields, err: cause }, 'a batch was not applied; trying again');
    if (error instanceof EventFailed) {
      if (await afterEventFailed(error)) return;
    } else {
      // The store may have been away and come back: its checkpoint tells what is true.
      isOpen = false;
      if (!isNobodysFault(error)) limit = Math.max(1, limit >> 1);
    }
    await retryDelay(failures, attention.signal);
  }

  const settle = async () => {
    if (progress.position() > checkpoint.position()) await checkpoint.follow(progress.position());
  };

  async function standStill(): Promise<void> {
    if (isOpen) await settle();
    progress.state = 'paused';
    await gate.standStill(attention.signal);
    if (!gate.isClosed()) progress.state = isOpen ? 'running' : 'starting';
  }

  /** Goes on to a position though it is held. */
  async function goOn(to: bigint): Promise<void> {
    if (progress.position() < to) return takeNext(to);
    await settle();
    gate.arrive();
  }

  async function turn(): Promise<void> {
    const target = gate.target();
    if (gate.isClosed() && target === undefined) return standStill();
    if (!isOpen) await open();
    if (target !== undefined) return goOn(target);
    const retried = await retries.work();
    if (retried === 'reopen') isOpen = false;
    if (retried === 'done') await takeNext();
  }

  async function run(): Promise<'stopped' | 'fenced'> {
    while (!signal.aborted) {
      attention = new AbortController();
      try {
        await turn();
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof FencedError) return 'fenced';
        failures++;
        // A commit whose answer was lost: what is true is found out at once, the first time.
        if (error instanceof CheckpointMovedError && failures === 1) {
          isOpen = false;
          continue;
        }
        try {
          await afterFailure(error);
        } catch (again) {
          if (again instanceof FencedError) return 'fenced';
          log.warn({ projection: model.name, err: again }, 'an event could not be parked yet');
          await retryDelay(failures, attention.signal);
        }
      }
    }
    return 'stopped';
  }

  const ended = run().finally(() => {
    progress.end();
    gate.end();
  });

  return {
    ended,
    status: () => ({ ...progress.status(), parked: parked.count() }),
    async hold() {
      const held = gate.close();
      await held.still;
      return {
        position: progress.position,
        async advanceTo(to) {
          if (progress.position() > to) throw new Error(`${model.name} has passed ${to}.`);
          await held.goOnTo(to);
          // What was found when it was opened again may be further: a commit whose answer was lost.
          if (progress.position() !== to)
            throw new Error(`${model.name} is at ${progress.position()}, not at ${to}.`);
        },
        letGo: held.letGo,
      };
    },
    retry: (stream) => retries.ask(stream),
    reached: (position) => progress.reached(position),
    async stop() {
      stop.abort();
      await ended;
    },
  };
}
