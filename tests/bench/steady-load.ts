import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '#platform/event-store';
import type { GeneratedEvent } from './generated-events.ts';

/** How often the appends that are due are begun. */
const everyMs = 2;

/**
 * Appends events at a rate, whether those before are acknowledged or not, until the signal aborts.
 *
 * @returns the rate that was kept, in acknowledged appends a second
 * @throws whatever an append throws
 */
export async function appendSteadily(
  store: EventStore,
  events: Generator<GeneratedEvent>,
  rate: number,
  until: AbortSignal,
): Promise<{ readonly rate: number }> {
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let begun = 0;
  let acknowledged = 0;
  let failure: unknown;
  const underWay = new Set<Promise<void>>();
  while (!until.aborted && failure === undefined) {
    while (begun < elapsed() * rate) {
      const { value } = events.next();
      if (!value) throw new Error('There are no more events to append.');
      begun++;
      const append = store.append(value.stream, [value.event], 'any').then(
        () => void acknowledged++,
        (error) => {
          failure = error;
        },
      );
      underWay.add(append);
      void append.then(() => underWay.delete(append));
    }
    await pause(everyMs);
  }
  const kept = acknowledged / elapsed();
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
  return { rate: kept };
}
