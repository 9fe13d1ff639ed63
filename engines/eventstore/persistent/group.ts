import type { EventLog } from '../storage/event-log.ts';
import { Checkpointer } from './checkpointer.ts';
import type { Consumer, DropReason } from './consumer.ts';
import { Consumers } from './consumers.ts';
import { type Message, messageOf } from './message.ts';
import { ParkedStream } from './parked-stream.ts';
import { Progress } from './progress.ts';
import type { GroupProgress, GroupSettings } from './settings.ts';
import { openSource, type Source } from './source.ts';
import { OneTimer } from './timers.ts';

export type NackAction = 'retry' | 'park' | 'skip' | 'stop';

/** What a group needs from outside. */
export type GroupContext = {
  readonly log: EventLog;
  /** Writes the progress to disk. */
  saveProgress(progress: GroupProgress): Promise<void>;
  /** Told when something in the background failed. */
  onError(error: unknown): void;
};

/**
 * A persistent subscription group: reads its source ahead, hands messages to competing consumers, and keeps each until
 * it is answered. What is not answered comes again, to whoever is there; what fails too often is parked.
 */
export class PersistentGroup {
  readonly source: string;
  readonly name: string;
  readonly settings: GroupSettings;
  readonly parked: ParkedStream;
  readonly consumers = new Consumers();
  readonly #context: GroupContext;
  readonly #reader: Source;
  readonly #progress: Progress;
  #buffer: Message[] = [];
  #retries: Message[] = [];
  readonly #parking = new Set<Promise<void>>();
  #pumpScheduled = false;
  readonly #messageTimer = new OneTimer();
  readonly #checkpointer: Checkpointer;
  #closed = false;

  constructor(
    context: GroupContext,
    group: { source: string; name: string; settings: GroupSettings; progress: GroupProgress },
  ) {
    this.#context = context;
    this.source = group.source;
    this.name = group.name;
    this.settings = group.settings;
    this.#reader = openSource(context.log, group.source, group.settings);
    this.#progress = new Progress(group.progress);
    this.parked = new ParkedStream(context.log, group.source, group.name);
    this.#checkpointer = new Checkpointer({
      settings: group.settings,
      progress: this.#progress,
      parked: this.parked,
      save: context.saveProgress,
      onError: context.onError,
    });
  }

  get checkpoint(): string {
    return this.#reader.describe(this.#checkpointer.saved);
  }

  get lastKnown(): string {
    return this.#reader.describe(this.#progress.scannedTo);
  }

  get buffered(): { read: number; retry: number; outstanding: number } {
    return {
      read: this.#buffer.length,
      retry: this.#retries.length,
      outstanding: this.consumers.inFlight + this.#parking.size,
    };
  }

  connect(consumer: Consumer): void {
    this.consumers.add(consumer);
    this.wake();
  }

  /** A consumer has gone: what it did not answer goes to others, without counting as a retry. */
  disconnect(consumer: Consumer): void {
    if (!this.consumers.remove(consumer)) return;
    this.#retries = [...consumer.overdue(Number.POSITIVE_INFINITY), ...this.#retries];
    this.wake();
  }

  ack(consumer: Consumer, ids: readonly string[]): void {
    for (const id of ids) {
      const message = consumer.answered(id);
      if (message) this.#finish(message);
    }
    this.wake();
  }

  nack(consumer: Consumer, ids: readonly string[], action: NackAction, reason: string): void {
    for (const id of ids) {
      const message = consumer.answered(id);
      if (!message) continue;
      if (action === 'skip') this.#finish(message);
      else if (action === 'park') this.#park(message, reason);
      else if (action === 'retry') this.#retry(message);
      else this.#retries.push(message);
    }
    if (action === 'stop') {
      this.disconnect(consumer);
      consumer.drop('stopped');
    }
    this.wake();
  }

  /** Delivers parked messages again, up to a revision of the parked stream, that one left out. */
  replayParked(stopAt: number): void {
    this.#retries.push(...this.parked.replay(stopAt));
    this.wake();
  }

  /** Looks for something to deliver, soon. */
  wake(): void {
    if (this.#pumpScheduled || this.#closed || this.consumers.size === 0) return;
    this.#pumpScheduled = true;
    setImmediate(() => {
      this.#pumpScheduled = false;
      if (!this.#closed) this.#pump();
    });
  }

  /** Ends the consumers' streams and puts the progress on disk. */
  async close(reason: DropReason): Promise<GroupProgress> {
    this.#closed = true;
    this.#messageTimer.stop();
    this.#checkpointer.stop();
    for (const consumer of [...this.consumers]) {
      this.consumers.remove(consumer);
      consumer.drop(reason);
    }
    await Promise.all(this.#parking);
    await this.#checkpointer.save();
    return this.#progress.snapshot();
  }

  #pump(): void {
    const now = Date.now();
    this.#retries = this.#dispatch(this.#retries, now);
    if (this.#buffer.length < this.settings.readBatchSize && this.consumers.anyFree) this.#read();
    this.#buffer = this.#dispatch(this.#buffer, now);
    this.#watchTimeouts();
    const moreToRead = this.#progress.scannedTo < this.#reader.last();
    if (moreToRead && this.consumers.anyFree && this.#buffer.length < this.settings.readBatchSize)
      this.wake();
  }

  /** Hands out what can be, in order. @returns the rest */
  #dispatch(queue: Message[], now: number): Message[] {
    if (queue.length === 0 || !this.consumers.anyFree) return queue;
    return queue.filter((message) => {
      const consumer = this.consumers.choose(message, this.settings.strategy);
      consumer?.deliver(message, now);
      return !consumer;
    });
  }

  #read(): void {
    const page = this.#reader.next(this.#progress.scannedTo, this.settings.historyBufferSize);
    for (const event of page.events) {
      const place = this.#reader.placeOf(event);
      if (!this.#progress.start(place)) continue;
      this.#buffer.push(messageOf(this.#context.log, event, place, this.settings.resolveLinks));
    }
    this.#progress.scan(page.scannedTo);
    this.#checkpointer.changed(0);
  }

  #finish(message: Message): void {
    if (message.from === 'parked') this.parked.finish(message.place);
    else this.#progress.finish(message.place);
    if (!this.#closed) this.#checkpointer.changed(1);
  }

  #retry(message: Message): void {
    const { maxRetryCount } = this.settings;
    if (message.retryCount >= maxRetryCount) this.#park(message, `Reached retry count of ${maxRetryCount}`);
    else this.#retries.push({ ...message, retryCount: message.retryCount + 1 });
  }

  #park(message: Message, reason: string): void {
    const parked = this.parked
      .park(message, reason)
      .then(() => this.#finish(message))
      .catch((error: unknown) => {
        this.#context.onError(error);
        this.#retries.push(message);
      })
      .finally(() => {
        this.#parking.delete(parked);
        this.wake();
      });
    this.#parking.add(parked);
  }

  #watchTimeouts(): void {
    const { messageTimeoutMs } = this.settings;
    if (messageTimeoutMs <= 0 || this.#messageTimer.running) return;
    const sentAt = [...this.consumers].flatMap((consumer) => consumer.oldestSentAt ?? []);
    if (sentAt.length === 0) return;
    this.#messageTimer.start(Math.min(...sentAt) + messageTimeoutMs - Date.now(), () => {
      const sentBefore = Date.now() - messageTimeoutMs;
      for (const consumer of this.consumers) {
        for (const message of consumer.overdue(sentBefore)) this.#retry(message);
      }
      this.#pump();
    });
  }
}
