import type { Bus } from '#platform/ports';
import { retryDelay } from '#platform/retry';
import type { ReadModel } from '../../read-model.ts';
import { positionsOfUnits, whileHeld } from '../holds.ts';
import { highestPosition, lowestPosition } from '../positions.ts';
import type { ReadModelStore } from '../read-model-store.ts';
import { unitNames } from '../unit-name.ts';
import { type Compared, type Comparison, compareGenerations } from './compare.ts';

export type CompareWithLiveOptions = {
  readonly bus: Bus;
  readonly model: ReadModel;
  readonly store: ReadModelStore;
  readonly live: Compared;
  readonly rebuilt: Compared;
  readonly signal: AbortSignal;
};

/** A generation that comes to where the live one was within this time is held up with it for a moment only. */
const closeMs = 500;

/**
 * Waits until a generation follows the log as closely as the live one.
 *
 * @throws {NoResponderError} while nobody follows one of them
 * @throws the signal's reason
 */
export async function caughtUp(options: CompareWithLiveOptions): Promise<void> {
  const { bus, model, live, rebuilt, signal } = options;
  for (;;) {
    const goal = highestPosition(await positionsOfUnits(bus, unitNames(model.name, live)));
    const since = performance.now();
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      const at = lowestPosition(await positionsOfUnits(bus, unitNames(model.name, rebuilt)));
      if (at >= goal) break;
      await retryDelay(Math.min(tries, 2), signal);
    }
    if (performance.now() - since < closeMs) return;
  }
}

/**
 * Compares a generation with the live one, entry by entry, while both are followed; they stand still only for the last
 * look at what seems to differ. A difference counts when it is found twice.
 *
 * @throws {NoResponderError} while nobody follows one of them
 * @throws the signal's reason
 */
export async function compareWithLive(options: CompareWithLiveOptions): Promise<Comparison> {
  const first = await compareOnce(options);
  return first.equal ? first : compareOnce(options);
}

async function compareOnce(options: CompareWithLiveOptions): Promise<Comparison> {
  const { bus, model, store, live, rebuilt, signal } = options;
  await caughtUp(options);
  const units = [...unitNames(model.name, live), ...unitNames(model.name, rebuilt)];
  return compareGenerations({
    model,
    store,
    before: live,
    after: rebuilt,
    freeze: async (work) => {
      const { result } = await whileHeld(bus, units, async (position) => ({ result: await work(position) }));
      return result;
    },
    signal,
  });
}
