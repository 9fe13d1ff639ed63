import type { RecordedEvent } from '#domain/event';
import type { Followed, FollowerStatus } from './followed.ts';
import { createRates } from './rates.ts';

/** How a follower is doing, and who waits for it to come to a position. */
export type Progress = {
  state: FollowerStatus['state'];
  /** Everything up to here is in, parked, skipped, or not ours. */
  position(): bigint;
  advance(to: bigint): void;
  applied(events: readonly RecordedEvent[], startedAt: number): void;
  failed(error: unknown): void;
  reached(position: bigint): Promise<void>;
  /** Nobody waits any more. */
  end(): void;
  status(): Omit<FollowerStatus, 'parked'>;
};

export function createProgress({ onAdvance, onApplied }: Followed): Progress {
  const rates = createRates();
  let position = -1n;
  let applied = 0;
  let lastError: string | undefined;
  let waiters: { readonly position: bigint; readonly resolve: () => void }[] = [];

  const progress: Progress = {
    state: 'starting',
    position: () => position,
    advance(to) {
      position = to;
      progress.state = 'running';
      lastError = undefined;
      onAdvance(to);
      const due = waiters.filter((each) => each.position <= to);
      waiters = waiters.filter((each) => each.position > to);
      for (const { resolve } of due) resolve();
    },
    applied(events, startedAt) {
      const now = performance.now();
      applied += events.length;
      rates.batch(events.length, startedAt, now);
      onApplied?.(events, (now - startedAt) / 1000);
    },
    failed(error) {
      lastError = error instanceof Error ? error.message : String(error);
    },
    async reached(wanted) {
      if (position >= wanted || progress.state === 'stopped') return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.push({ position: wanted, resolve });
      await promise;
    },
    end() {
      progress.state = 'stopped';
      for (const { resolve } of waiters) resolve();
      waiters = [];
    },
    status: () => ({
      state: progress.state,
      position,
      applied,
      rates,
      ...(lastError !== undefined && { lastError }),
    }),
  };
  return progress;
}
