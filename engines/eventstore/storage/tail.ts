import type { StoredEvent } from './stored-event.ts';

const MAX_EVENTS = 8_192;
const MAX_BYTES = 32_000_000;

/** The newest events, in memory: live subscribers read them here and not from the database. */
export class Tail {
  #events: StoredEvent[] = [];
  #bytes = 0;

  push(event: StoredEvent): void {
    this.#events.push(event);
    this.#bytes += event.record.length;
    // Halving at twice the size keeps a push constant on average.
    if (this.#events.length > 2 * MAX_EVENTS || this.#bytes > 2 * MAX_BYTES) this.#trim();
  }

  clear(): void {
    this.#events = [];
    this.#bytes = 0;
  }

  /** All events after a position, or undefined if they reach back further than the memory does. */
  after(position: number, limit: number): StoredEvent[] | undefined {
    const first = this.#events[0];
    if (!first || position + 1 < first.position) return undefined;
    const start = position + 1 - first.position;
    return this.#events.slice(start, start + limit);
  }

  #trim(): void {
    let drop = 0;
    while (this.#events.length - drop > MAX_EVENTS || this.#bytes > MAX_BYTES) {
      this.#bytes -= this.#events[drop]?.record.length ?? 0;
      drop++;
    }
    this.#events = this.#events.slice(drop);
  }
}
