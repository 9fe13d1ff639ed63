import type { RebuildState } from '#domain/projection/decider';
import { EventStoreUnavailableError } from '#platform/event-store';
import { isPassingSystemError } from '#platform/passing-error';
import { NoResponderError, RemoteError, RequestTimeoutError } from '#platform/ports';
import { retryDelay } from '#platform/retry';
import type { ReadModel } from '../../read-model.ts';
import type { Parking } from '../parking.ts';
import { CheckpointMovedError, FencedError, type ReadModelStore } from '../read-model-store.ts';
import type { RebuildJob, StartRebuild } from '../rebuild-job.ts';
import { createFillControl } from './control.ts';
import { createJobProgress } from './job-progress.ts';
import { type RebuildTools, rebuild } from './rebuild.ts';

/** How rebuilds of one read model are started in this process. */
export function rebuildsOf(
  tools: RebuildTools,
  model: ReadModel,
  store: ReadModelStore,
  parking: Parking,
): StartRebuild {
  return ({ request, skipped, isAlike, send, rouse }) => {
    const { log } = tools;
    const stop = new AbortController();
    const { signal } = stop;
    const control = createFillControl();
    const progress = createJobProgress();
    let current = request;
    let isOver = false;

    /** What passes by itself: a store or the log is away, or a partition is between two workers. */
    const passes = (error: unknown) =>
      error instanceof EventStoreUnavailableError ||
      error instanceof NoResponderError ||
      error instanceof RequestTimeoutError ||
      error instanceof RemoteError ||
      error instanceof CheckpointMovedError ||
      isPassingSystemError(error) ||
      store.isTransient(error);

    async function insist<Result>(step: () => Promise<Result>): Promise<Result> {
      for (let failures = 1; ; failures++) {
        signal.throwIfAborted();
        try {
          const result = await step();
          progress.waitFor(undefined);
          return result;
        } catch (error) {
          if (signal.aborted || !passes(error)) throw error;
          log.warn({ projection: model.name, err: error }, 'a rebuild has to wait for what it needs');
          progress.waitFor(messageOf(error));
          await retryDelay(failures, signal);
        }
      }
    }

    async function run(): Promise<void> {
      try {
        await rebuild({
          ...tools,
          model,
          store,
          parking,
          request,
          control,
          progress,
          skipped,
          isAlike,
          send,
          rouse,
          signal,
          insist,
        });
      } catch (error) {
        // Stopped, or taken over: the generation is where it is, for whoever goes on.
        if (signal.aborted || error instanceof FencedError) return;
        log.error({ projection: model.name, err: error }, 'a rebuild has failed');
        const message = messageOf(error);
        progress.fail(message);
        const { rebuildId } = request;
        const failure = { type: 'RecordRebuildFailure', projection: model.name, rebuildId, message } as const;
        await insist(() => send(failure, rebuildId)).catch(() => {});
      }
    }

    function follow(next: RebuildState): void {
      current = next;
      const settings = { paused: next.paused, throttle: next.throttle };
      control.set(settings);
      progress.set(settings);
    }
    follow(request);

    const running = run().finally(() => {
      isOver = true;
      rouse();
    });
    return {
      status: () => progress.status(current),
      follow,
      isOver: () => isOver,
      async stop() {
        stop.abort(new Error('The rebuild was stopped.'));
        await running;
      },
    } satisfies RebuildJob;
  };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
