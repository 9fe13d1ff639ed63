import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';
import type { Projection } from '../projection.ts';
import type { LogFeed } from './log-feed.ts';
import { CheckpointMovedError, type Sink } from './sink.ts';

/** How many events of the log a batch looks at, at the most, unless the projection says otherwise. */
const defaultBatchSize = 500;

export type ProjectionStatus = {
  readonly name: string;
  readonly version: number;
  readonly sink: Projection['sink'];
  /** `stalled`: an event cannot be applied; it is tried again, and nothing after it is applied before it. */
  readonly state: 'starting' | 'running' | 'stalled' | 'stopped';
  /** Everything in the log up to here is in the read model. */
  readonly position: bigint;
  readonly applied: number;
  readonly lastError?: string;
};

export type RunningProjection = {
  status(): ProjectionStatus;
  stop(): Promise<void>;
};

/**
 * Keeps one read model up to date: opens its sink, takes batches from the feed after its checkpoint, applies each
 * together with the checkpoint, and tells how far it has come.
 *
 * An error stops this projection alone: the batch is tried again, one event at a time to find the one at fault, with
 * growing pauses. No event is ever passed over.
 */
export function runProjection(
  projection: Projection,
  sink: Sink,
  feed: LogFeed,
  onAdvance: (name: string, position: bigint) => void,
  log: Logger,
): RunningProjection {
  const { name, version, batchSize = defaultBatchSize } = projection;
  const types = new Set(projection.types);
  const stop = new AbortController();
  const { signal } = stop;
  let state: ProjectionStatus['state'] = 'starting';
  let position = -1n;
  let checkpoint = -1n;
  let applied = 0;
  let lastError: string | undefined;

  const advance = (to: bigint) => {
    position = to;
    state = 'running';
    lastError = undefined;
    onAdvance(name, to);
  };

  async function step(limit: number): Promise<void> {
    const batch = await feed.next({ after: position, types, limit, signal });
    // Nothing for us: no need to write. After a crash we look at these again, and still find nothing.
    if (batch.events.length > 0) {
      await sink.commit(batch.events, checkpoint, batch.upTo);
      checkpoint = batch.upTo;
      applied += batch.events.length;
    }
    if (batch.upTo !== position) advance(batch.upTo);
  }

  async function reopen(): Promise<void> {
    const before = position;
    checkpoint = await sink.open();
    position = checkpoint;
    if (state === 'starting' || position > before) {
      state = 'running';
      lastError = undefined;
    }
    onAdvance(name, position);
  }

  async function run(): Promise<void> {
    let failures = 0;
    let opened = false;
    while (!signal.aborted) {
      try {
        if (!opened) await reopen();
        opened = true;
        await step(failures > 0 ? 1 : batchSize);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        // The sink may have been away and come back: its checkpoint tells what is true.
        opened = false;
        failures++;
        if (error instanceof CheckpointMovedError) continue;
        lastError = error instanceof Error ? error.message : String(error);
        if (!sink.isTransient(error)) state = 'stalled';
        log.warn(
          { projection: name, position: String(position), err: error },
          'a batch was not applied; trying again',
        );
        await retryDelay(failures, signal);
      }
    }
    state = 'stopped';
  }

  const running = run();
  return {
    status: () => ({
      name,
      version,
      sink: projection.sink,
      state,
      position,
      applied,
      ...(lastError && { lastError }),
    }),
    async stop() {
      stop.abort();
      await running;
    },
  };
}
