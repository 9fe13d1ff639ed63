import { type ProjectionState, projectionDecider } from '#domain/projection/decider';
import { type ProjectionEvent, projectionEvents } from '#domain/projection/events';
import type { EventStore } from '#platform/event-store';
import type { Logger } from '#platform/log';
import { retryDelay } from '#platform/retry';

/** What has been decided about projections, as the log tells, kept current. */
export type ControlState = {
  of(projection: string): ProjectionState;
  /** Calls when something was decided about a projection. */
  onChange(projection: string, changed: () => void): void;
  /** Resolves when everything decided before the start is known. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
};

/** Follows the decisions about some projections from the beginning: there are few of them. */
export function followControlState(store: EventStore, log: Logger): ControlState {
  const stop = new AbortController();
  const states = new Map<string, ProjectionState>();
  const listeners = new Map<string, (() => void)[]>();
  const ready = Promise.withResolvers<void>();

  async function headWhenStarted(): Promise<bigint> {
    for (let failures = 0; ; ) {
      try {
        return await store.headPosition();
      } catch (error) {
        if (stop.signal.aborted) return -1n;
        log.warn({ error: String(error) }, 'the log cannot be read yet');
        await retryDelay(++failures, stop.signal);
      }
    }
  }

  async function followAll(): Promise<void> {
    const head = await headWhenStarted();
    let after = -1n;
    // What was decided before: a scan knows when it is done, a subscription does not.
    for (let failures = 0; after < head && !stop.signal.aborted; ) {
      try {
        const types = Object.keys(projectionEvents);
        for await (const { events, upTo } of store.scan({ after, types, signal: stop.signal })) {
          for (const event of events) evolve(event as unknown as ProjectionEvent);
          after = upTo;
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn({ error: String(error) }, 'the decisions about projections cannot be read yet');
        await retryDelay(++failures, stop.signal);
      }
    }
    ready.resolve();
    const types = Object.keys(projectionEvents);
    for await (const event of store.subscribe({ after, types, signal: stop.signal })) {
      evolve(event as unknown as ProjectionEvent);
    }
  }

  function evolve(event: ProjectionEvent): void {
    const { projection } = event.data;
    states.set(
      projection,
      projectionDecider.evolve(states.get(projection) ?? projectionDecider.initialState, event),
    );
    for (const changed of listeners.get(projection) ?? []) changed();
  }

  const running = followAll();
  return {
    of: (projection) => states.get(projection) ?? projectionDecider.initialState,
    onChange(projection, changed) {
      listeners.set(projection, [...(listeners.get(projection) ?? []), changed]);
    },
    ready: ready.promise,
    async stop() {
      stop.abort();
      ready.resolve();
      await running;
    },
  };
}
