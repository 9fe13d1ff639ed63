import type { RecordedEvent } from '#domain/event';
import type { ScanBatch } from '#platform/event-store';

export type BatchLimits = {
  /** A batch is full with so many events, or so many bytes of the wire: whichever comes first. */
  readonly batchSize: number;
  readonly batchBytes: number;
  /** Bytes that may wait to be taken; see `isFull`. */
  readonly waitingBytes: number;
};

/**
 * What was read and not yet taken, in batches: the reader goes on while the consumer works, until enough waits.
 *
 * @param after where the reading begins
 * @param onRoom called when something was taken, and `isFull` may be over
 */
export function createBatchQueue(limits: BatchLimits, after: bigint, onRoom: () => void) {
  let waiting: { readonly batch: ScanBatch; readonly bytes: number }[] = [];
  let waitingBytes = 0;
  let events: RecordedEvent[] = [];
  let bytes = 0;
  let lookedAt: number | bigint = after;
  let givenUpTo = after;
  let end: { readonly error?: unknown } | undefined;
  let wake = Promise.withResolvers<void>();

  function close(): void {
    givenUpTo = BigInt(lookedAt);
    waiting.push({ batch: { events, upTo: givenUpTo }, bytes });
    waitingBytes += bytes;
    events = [];
    bytes = 0;
    wake.resolve();
  }

  function finish(ending: { readonly error?: unknown }): void {
    if (end) return;
    if (BigInt(lookedAt) > givenUpTo) close();
    end = ending;
    wake.resolve();
  }

  return {
    /** Adds what one message held. @param position where the message's event is in the log */
    add(event: RecordedEvent | undefined, position: number | bigint, size: number): void {
      if (event) events.push(event);
      lookedAt = position;
      bytes += size;
      if (events.length >= limits.batchSize || bytes >= limits.batchBytes) close();
    },

    /** That was all: nothing else is in the log up to a position. */
    complete(upTo: bigint): void {
      if (upTo > lookedAt) lookedAt = upTo;
      finish({});
    },

    /** No more comes. What was read is given out, then the error is thrown. */
    fail: (error: unknown) => finish({ error }),

    /** Nothing is given out any more; the error is thrown at once. */
    abort(error: unknown): void {
      waiting = [];
      lookedAt = givenUpTo;
      end = { error };
      wake.resolve();
    },

    /** True while so much waits that no more should be read. */
    isFull: () => waitingBytes >= limits.waitingBytes,

    /** The next batch; undefined behind the last. */
    async take(): Promise<ScanBatch | undefined> {
      while (waiting.length === 0 && !end) {
        wake = Promise.withResolvers();
        await wake.promise;
      }
      const next = waiting.shift();
      if (!next) {
        if (end && 'error' in end) throw end.error;
        return undefined;
      }
      waitingBytes -= next.bytes;
      onRoom();
      return next.batch;
    },
  };
}

export type BatchQueue = ReturnType<typeof createBatchQueue>;
