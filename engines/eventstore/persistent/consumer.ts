import type { Message } from './message.ts';

/** The reason a consumer's stream is ended by the server. */
export type DropReason = 'updated' | 'deleted' | 'stopped' | 'shutdown';

/** One connected consumer of a group, and the messages it has not answered. */
export class Consumer {
  readonly capacity: number;
  readonly connectedFrom: string;
  delivered = 0;
  readonly #send: (message: Message) => void;
  readonly #drop: (reason: DropReason) => void;
  /** In the order they were sent, which is the order in which they time out. */
  readonly #inFlight = new Map<string, { message: Message; sentAt: number }>();

  constructor(options: {
    capacity: number;
    connectedFrom: string;
    send: (message: Message) => void;
    drop: (reason: DropReason) => void;
  }) {
    this.capacity = Math.max(1, options.capacity);
    this.connectedFrom = options.connectedFrom;
    this.#send = options.send;
    this.#drop = options.drop;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get free(): number {
    return this.capacity - this.#inFlight.size;
  }

  /** A consumer answers by event id, so it is never sent two with the same id at once. */
  accepts(message: Message): boolean {
    return this.free > 0 && !this.#inFlight.has(message.id);
  }

  deliver(message: Message, now: number): void {
    this.#inFlight.set(message.id, { message, sentAt: now });
    this.delivered++;
    this.#send(message);
  }

  /** Takes an answered message off. Undefined if it timed out meanwhile, or was never sent. */
  answered(id: string): Message | undefined {
    const entry = this.#inFlight.get(id);
    this.#inFlight.delete(id);
    return entry?.message;
  }

  /** Takes off what was sent at or before a moment. */
  overdue(sentBefore: number): Message[] {
    const messages: Message[] = [];
    for (const [id, { message, sentAt }] of this.#inFlight) {
      if (sentAt > sentBefore) break;
      this.#inFlight.delete(id);
      messages.push(message);
    }
    return messages;
  }

  /** When the oldest unanswered message was sent. */
  get oldestSentAt(): number | undefined {
    for (const { sentAt } of this.#inFlight.values()) return sentAt;
    return undefined;
  }

  /** Ends the consumer's stream. */
  drop(reason: DropReason): void {
    this.#drop(reason);
  }
}
