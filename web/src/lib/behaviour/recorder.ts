import type { BehaviourEntry } from '#domain/behaviour/events';
import { BehaviourQueue } from './queue.ts';
import { createShelf } from './shelf.ts';
import { beaconBatch, sendBatch } from './transport.ts';

let queue: BehaviourQueue | undefined;

/**
 * Tells the history what the person did, a moment later and without anybody waiting for it. What the server sees for
 * itself (a search, a download) is recorded there, for every client alike, and is not told a second time.
 */
export function recordBehaviour(entry: Omit<BehaviourEntry, 'occurredAt'>): void {
  queue?.record({ ...entry, occurredAt: new Date().toISOString() });
}

/** Sends what was recorded, now: before somebody else may sit down here. */
export const sendBehaviour = (): Promise<void> => queue?.flush() ?? Promise.resolve();

/**
 * Records what this person does in this tab, until the returned function is called. Begins with what is left from
 * earlier pages and from times without a network.
 */
export function startRecorder(userId: string): () => void {
  const own = new BehaviourQueue({
    shelf: createShelf(storageOf(window), userId),
    send: sendBatch,
    handOver: beaconBatch,
    newBatchId: () => `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`,
    later(callback, milliseconds) {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  queue = own;
  const stop = new AbortController();
  const { signal } = stop;
  const send = () => void own.flush();
  window.addEventListener('online', send, { signal });
  window.addEventListener('pageshow', send, { signal });
  window.addEventListener('pagehide', () => own.leave(), { signal });
  // A phone may end a page that is out of sight without saying so.
  window.addEventListener(
    'visibilitychange',
    () => (document.visibilityState === 'hidden' ? own.leave() : send()),
    { signal },
  );
  send();
  return () => {
    stop.abort();
    own.stop();
    if (queue === own) queue = undefined;
  };
}

function storageOf(of: Window): Storage | undefined {
  try {
    return of.localStorage;
  } catch {
    return undefined;
  }
}
