import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { EventDefinitions } from '#domain/event';
import type { ScanBatch, ScanOptions } from '#platform/event-store';
import type { Logger } from '#platform/log';
import { type BatchQueue, createBatchQueue } from './eventstore-scan-batches.ts';
import { callRead, RefusedCallError } from './eventstore-scan-call.ts';
import { createEventDecoder } from './eventstore-scan-decoder.ts';
import { createFrameReader } from './eventstore-scan-frames.ts';
import { findScanNode, type ScanNode } from './eventstore-scan-node.ts';
import { headRequest, scanRequest } from './eventstore-scan-request.ts';
import { openSession } from './eventstore-scan-session.ts';

/** Bytes of the wire; as objects they take three to five times as much. `waitingBytes`: read ahead of the consumer. */
const limits = { batchSize: 2000, batchBytes: 2 * 1024 * 1024, waitingBytes: 4 * 1024 * 1024 };

export type ScanContext = {
  readonly connectionString: string;
  readonly registry: EventDefinitions;
  readonly log: Logger;
  /** A scan that takes the official client's own way, for servers that this one cannot reach. */
  readonly readingAll: (options: ScanOptions) => AsyncIterable<ScanBatch>;
};

/** Makes `EventStore.scan`: over a connection of its own, decoding nothing that nobody looks at. */
export function createScan(context: ScanContext): (options: ScanOptions) => AsyncIterable<ScanBatch> {
  const { connectionString, registry, log, readingAll } = context;
  let told = false;
  const tell = (reason: string) => {
    if (!told) log.warn({ reason }, 'the log is scanned the slow way, with the official client');
    told = true;
  };

  return async function* scan(options) {
    options.signal?.throwIfAborted();
    const node = await findScanNode(connectionString);
    if (!node) {
      tell('the server is behind a proxy');
      return yield* readingAll(options);
    }
    let begun = false;
    try {
      for await (const batch of scanNode(node, registry, options)) {
        begun = true;
        yield batch;
      }
    } catch (error) {
      // A server that cannot filter a read says so before all else.
      if (begun || !(error instanceof RefusedCallError)) throw error;
      tell(error.message);
      yield* readingAll(options);
    }
  };
}

async function* scanNode(
  node: ScanNode,
  registry: EventDefinitions,
  options: ScanOptions,
): AsyncGenerator<ScanBatch> {
  const {
    after = -1n,
    types,
    signal,
    batchSize = limits.batchSize,
    batchBytes = limits.batchBytes,
  } = options;
  // It may have aborted while the node was looked for.
  signal?.throwIfAborted();
  const session = openSession(node);
  let stream: ClientHttp2Stream | undefined;
  const queue = createBatchQueue({ ...limits, batchSize, batchBytes }, after, () => {
    if (!queue.isFull()) stream?.resume();
  });
  const abort = () => {
    queue.abort(signal?.reason);
    session.destroy();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    // Whatever is appended from now on may be read or not; up to here, the read looks at everything.
    const head = await headPosition(session, node);
    if (types.length === 0) queue.complete(head);
    else stream = read(session, node, registry, { after, types }, head, queue);
    for (let batch = await queue.take(); batch; batch = await queue.take()) yield batch;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    session.destroy();
  }
}

/** Reads into the queue, no faster than it is emptied. */
function read(
  session: ClientHttp2Session,
  node: ScanNode,
  registry: EventDefinitions,
  { after, types }: { readonly after: bigint; readonly types: readonly string[] },
  head: bigint,
  queue: BatchQueue,
): ClientHttp2Stream {
  const decode = createEventDecoder(types, registry);
  const frames = createFrameReader((buffer, start, end) => {
    const { event, position } = decode(buffer, start, end);
    // A read begins with the event at its position.
    if (position !== undefined && position > after) queue.add(event, position, end - start);
  });
  const orFail = (work: () => void) => {
    try {
      work();
    } catch (error) {
      queue.fail(error);
      session.destroy();
    }
  };
  const stream = callRead(session, node.headers, scanRequest(after, types), {
    onChunk: (chunk) => {
      orFail(() => frames.push(chunk));
      if (queue.isFull()) stream.pause();
    },
    onEnd: () =>
      orFail(() => {
        frames.end();
        queue.complete(head);
      }),
    onError: queue.fail,
  });
  return stream;
}

/** Position of the last event in the log, as the node knows it that is about to be read; -1n of an empty log. */
function headPosition(session: ClientHttp2Session, node: ScanNode): Promise<bigint> {
  const decode = createEventDecoder([], {});
  let head = -1n;
  return new Promise((resolve, reject) => {
    const frames = createFrameReader((buffer, start, end) => {
      head = BigInt(decode(buffer, start, end).position ?? head);
    });
    const stream = callRead(session, node.headers, headRequest(), {
      onChunk: (chunk) => {
        try {
          frames.push(chunk);
        } catch (error) {
          stream.destroy();
          reject(error);
        }
      },
      onEnd: () => resolve(head),
      onError: reject,
    });
  });
}
