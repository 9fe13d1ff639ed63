import type { DomainEvent, EventMetadata, RecordedEvent } from '#domain/event';

/** An event about to be written. Its id makes a second append of it do nothing. */
export type NewEvent<Event extends DomainEvent = DomainEvent> = Event & {
  readonly id: string;
  /** The version of the shape is the log's to add: it is always the newest. */
  readonly metadata: Omit<EventMetadata, 'schemaVersion'>;
};

/** `no-stream`: the stream must not exist yet. A number: the revision of its last event. `any`: no check. */
export type ExpectedRevision = bigint | 'no-stream' | 'any';

export type Appended = {
  /** Revision of the stream's last event after the append. */
  readonly revision: bigint;
  /** Position in the log of the last event appended. */
  readonly position: bigint;
};

/** Somebody else appended first. Fold the stream again and decide again. */
export class WrongRevisionError extends Error {
  override name = 'WrongRevisionError';
}

/** The log cannot be reached now; nothing is known to have been written. Safe to try again. */
export class EventStoreUnavailableError extends Error {
  override name = 'EventStoreUnavailableError';
}

/** One delivery of a persistent subscription. It comes again until it is acknowledged. */
export type Delivery = {
  readonly event: RecordedEvent;
  /** How often it was delivered before. */
  readonly retries: number;
  ack(): Promise<void>;
  /** `retry`: deliver it again. `park`: keep it aside with the reason. */
  nack(action: 'retry' | 'park', reason: string): Promise<void>;
};

export type PersistentSubscriptionOptions = {
  /** The server sends no other types. */
  readonly types: readonly string[];
  /** How many deliveries may be unanswered at a time. */
  readonly concurrency: number;
  /** After this, an unanswered delivery goes to somebody else. */
  readonly messageTimeoutMs: number;
  readonly maxRetries: number;
  readonly signal: AbortSignal;
};

export type ScanOptions = {
  /** Position behind which the scan begins; from the start if left out. */
  readonly after?: bigint;
  /** Only events of exactly these types; the server sends hardly any others. */
  readonly types: readonly string[];
  readonly signal?: AbortSignal;
  /** Events in a batch, at the most. */
  readonly batchSize?: number;
  /** Bytes of the wire in a batch, about; one event may have more. */
  readonly batchBytes?: number;
};

/** A run of the log. */
export type ScanBatch = {
  /** In log order; empty where the log holds other types only. */
  readonly events: readonly RecordedEvent[];
  /** Position up to which the log was looked at: a scan that begins behind it misses nothing. */
  readonly upTo: bigint;
};

/** The log, in the domain's words. One implementation: `platform/clients/eventstore.ts`. */
export type EventStore = {
  /**
   * @throws {WrongRevisionError} if the stream is not where it was expected
   * @throws {EventStoreUnavailableError}
   */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended>;
  /** The events of a stream in order, from a revision; nothing for a stream that does not exist. */
  readStream(stream: string, fromRevision?: bigint): AsyncIterable<RecordedEvent>;
  /** Casefold's own events of the whole log, after a position (exclusive) or from the start, in order. */
  readAll(options?: { readonly after?: bigint; readonly limit?: number }): AsyncIterable<RecordedEvent>;
  /**
   * Casefold's own events of the whole log, of some types, from a position to the head of the log, in batches: the way
   * for whoever reads very much. The next batches are read while the consumer works on one, up to a few megabytes.
   *
   * The last batch's `upTo` is the head of the log or beyond: at least all that was there when the scan began.
   *
   * @throws {EventStoreUnavailableError} in the middle, when the log went away: what came before is good, and another
   *   scan after its last `upTo` goes on
   * @throws the signal's reason as soon as it aborts: a scan that ends without an error is complete
   */
  scan(options: ScanOptions): AsyncIterable<ScanBatch>;
  /** Position of the last event in the log, or -1n of an empty one. */
  headPosition(): Promise<bigint>;
  /**
   * Every event after a position and then those to come, without end, through breaks of the connection.
   * Back-pressure holds: what is not taken is not read.
   */
  subscribe(options: {
    readonly after?: bigint | 'end';
    readonly types?: readonly string[];
    readonly signal: AbortSignal;
  }): AsyncIterable<RecordedEvent>;
  /**
   * Takes part in a competing-consumers group on the whole log, made if missing, until the signal; comes back by itself
   * after breaks. Resolves when every delivery in hand has been answered.
   */
  consume(
    group: string,
    options: PersistentSubscriptionOptions,
    handle: (delivery: Delivery) => Promise<void>,
  ): Promise<void>;
  close(): Promise<void>;
};
