import type { ProjectionState } from '#domain/projection/decider';
import type { Held } from './holds.ts';
import type { Unit, Units } from './units.ts';

/** Positions and requests that a partition has been told of. */
type Told = { readonly retries: Set<string>; skipped: number };

/** Does to the partitions that are run here what people have decided: pauses them, and tries parked streams again. */
export function obeyDecisions(units: Units, decided: () => ProjectionState): () => Promise<void> {
  const paused = new Map<Unit, Held>();
  const told = new WeakMap<Unit, Told>();

  async function pause(): Promise<void> {
    for (const unit of units.running()) if (!paused.has(unit)) paused.set(unit, await unit.follower.hold());
  }

  function resume(): void {
    for (const held of paused.values()) held.letGo();
    paused.clear();
  }

  return async () => {
    const state = decided();
    if (state.paused) await pause();
    else resume();
    for (const unit of paused.keys()) if (!units.running().includes(unit)) paused.delete(unit);
    for (const unit of units.running()) {
      const heard: Told = told.get(unit) ?? { retries: new Set<string>(), skipped: 0 };
      told.set(unit, heard);
      for (const { stream, requestId } of state.retries) {
        if (!heard.retries.has(requestId)) unit.follower.retry(stream);
        heard.retries.add(requestId);
      }
      if (state.skipped.size === heard.skipped) continue;
      heard.skipped = state.skipped.size;
      // What waited behind a skipped event goes on.
      for (const stream of state.skippedStreams) unit.follower.retry(stream);
    }
  };
}
