import type { BehaviourEntry } from '#domain/behaviour/events';

/** What is sent together. Its id stays, so that however often it arrives it counts once. */
export type Batch = { readonly batchId: string; readonly events: readonly BehaviourEntry[] };

/** `taken`: recorded, now or before. `refused`: will never be. `away`: nobody answered who could tell. */
export type Outcome = 'taken' | 'refused' | 'away';

/** Where batches wait until they are taken: also for the next page, and over days without a network. */
export type Shelf = {
  put(batch: Batch): void;
  remove(batchId: string): void;
  /** The oldest first. */
  list(): readonly Batch[];
};

export type QueuePorts = {
  readonly shelf: Shelf;
  send(batch: Batch): Promise<Outcome>;
  /** Hands a batch over without hearing whether it arrived, because the page goes away. False if it was not taken. */
  handOver(batch: Batch): boolean;
  /** Sorts by time of making. */
  newBatchId(): string;
  /** Calls back once, after milliseconds; what it returns calls that off. */
  later(callback: () => void, milliseconds: number): () => void;
};

const gatherMs = 3000;
const firstWaitMs = 2000;
const longestWaitMs = 60_000;
const mostEntries = 50;
/** UTF-16 units of JSON in a batch, about: in UTF-8 still less than the 64 KiB a browser sends for a page that is gone. */
const mostCharacters = 16_000;

/**
 * Gathers what a person does for a moment and sends it in batches. A batch is on the shelf from before it is first sent
 * until somebody says that it was taken or never will be: nothing is lost while the network is away, and nothing counts
 * twice, for the batch's id tells a repeat.
 */
export class BehaviourQueue {
  readonly #ports: QueuePorts;
  #open: BehaviourEntry[] = [];
  #openCharacters = 0;
  #callOffGathering: (() => void) | undefined;
  #callOffRetry: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #wait = firstWaitMs;

  constructor(ports: QueuePorts) {
    this.#ports = ports;
  }

  record(entry: BehaviourEntry): void {
    const characters = JSON.stringify(entry).length;
    if (this.#openCharacters + characters > mostCharacters) this.#close();
    this.#open.push(entry);
    this.#openCharacters += characters;
    if (this.#open.length >= mostEntries) void this.flush();
    else this.#callOffGathering ??= this.#ports.later(() => void this.flush(), gatherMs);
  }

  /** Sends all there is; resolves when all was taken, or when nobody answers. */
  async flush(): Promise<void> {
    this.#close();
    await this.#sending;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  /** The page may be gone in a moment: what waits is handed over, and stays on the shelf for a page that comes later. */
  leave(): void {
    this.#close();
    for (const batch of this.#ports.shelf.list()) if (!this.#ports.handOver(batch)) return;
  }

  stop(): void {
    this.#close();
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
  }

  /** Puts what was gathered on the shelf. */
  #close(): void {
    this.#callOffGathering?.();
    this.#callOffGathering = undefined;
    if (this.#open.length === 0) return;
    this.#ports.shelf.put({ batchId: this.#ports.newBatchId(), events: this.#open });
    this.#open = [];
    this.#openCharacters = 0;
  }

  async #sendAll(): Promise<void> {
    this.#callOffRetry?.();
    this.#callOffRetry = undefined;
    for (const batch of this.#ports.shelf.list()) {
      if ((await this.#ports.send(batch)) === 'away') {
        this.#callOffRetry ??= this.#ports.later(() => void this.flush(), this.#wait);
        this.#wait = Math.min(this.#wait * 2, longestWaitMs);
        return;
      }
      this.#ports.shelf.remove(batch.batchId);
      this.#wait = firstWaitMs;
    }
  }
}
