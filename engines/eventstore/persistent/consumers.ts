import type { Consumer } from './consumer.ts';
import type { Message } from './message.ts';
import type { GroupSettings } from './settings.ts';

/** The consumers of a group, and which of them gets the next message. */
export class Consumers {
  readonly #list: Consumer[] = [];
  #turn = 0;

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#list[Symbol.iterator]();
  }

  get size(): number {
    return this.#list.length;
  }

  get inFlight(): number {
    return this.#list.reduce((sum, consumer) => sum + consumer.inFlight, 0);
  }

  get anyFree(): boolean {
    return this.#list.some((consumer) => consumer.free > 0);
  }

  add(consumer: Consumer): void {
    this.#list.push(consumer);
  }

  remove(consumer: Consumer): boolean {
    const index = this.#list.indexOf(consumer);
    if (index >= 0) this.#list.splice(index, 1);
    return index >= 0;
  }

  /**
   * Chooses by the group's strategy: in turn; the first one until it is full; or the same one for the same stream, so
   * that a stream's events reach one consumer in order (as long as the consumers stay the same).
   */
  choose(message: Message, strategy: GroupSettings['strategy']): Consumer | undefined {
    const count = this.#list.length;
    if (count === 0) return undefined;
    if (strategy === 'Pinned') {
      const pinned = this.#list[message.stream % count];
      return pinned?.accepts(message) ? pinned : undefined;
    }
    if (strategy === 'DispatchToSingle') return this.#list.find((consumer) => consumer.accepts(message));
    for (let step = 0; step < count; step++) {
      const index = (this.#turn + step) % count;
      const consumer = this.#list[index];
      if (!consumer?.accepts(message)) continue;
      this.#turn = index + 1;
      return consumer;
    }
    return undefined;
  }
}
