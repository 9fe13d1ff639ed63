import { setTimeout as pause } from 'node:timers/promises';
import type { RecordedEvent } from '#domain/event';

/**
 * Joins what is to be done about something: resolves when it was done with the event taken into account.
 *
 * @param quietMs how long to wait for more, where nothing waits yet
 */
export type Coalesce = (key: string, event: RecordedEvent, quietMs: number) => Promise<void>;

type Run = { event: RecordedEvent; readonly done: Promise<void> };

/**
 * Many events about one thing make it be done once: what comes while a run waits is taken into it, what comes while it
 * works is taken into the next. So however many there are, there is one run at work and one that waits for each key,
 * and runs of all keys together take turns.
 *
 * @param run is given the last event of those taken in
 */
export function coalescing(
  signal: AbortSignal,
  run: (key: string, event: RecordedEvent) => Promise<void>,
): Coalesce {
  const waiting = new Map<string, Run>();
  let turn: Promise<unknown> = Promise.resolve();

  async function runLater(key: string, quietMs: number): Promise<void> {
    await pause(quietMs, undefined, { signal });
    const mine = turn.then(() => {
      signal.throwIfAborted();
      const taken = waiting.get(key);
      // Whatever comes from here on is not taken in.
      waiting.delete(key);
      return taken && run(key, taken.event);
    });
    turn = mine.catch(() => {});
    await mine;
  }

  return (key, event, quietMs) => {
    const known = waiting.get(key);
    if (known) {
      if (event.position > known.event.position) known.event = event;
      return known.done;
    }
    const mine: Run = {
      event,
      done: runLater(key, quietMs).catch((error: unknown) => {
        // The next one may wait already: what it was told to take in is its own.
        if (waiting.get(key) === mine) waiting.delete(key);
        throw error;
      }),
    };
    waiting.set(key, mine);
    return mine.done;
  };
}
