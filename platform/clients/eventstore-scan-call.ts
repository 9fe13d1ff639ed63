import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { status as grpcStatus } from '@grpc/grpc-js';
import { EventStoreUnavailableError } from '#platform/event-store';

/** The server ended a call with an error. */
export class RefusedCallError extends Error {
  override name = 'RefusedCallError';
  /** gRPC's number. */
  readonly status: number;

  constructor(status: number, details: string) {
    super(`The log (EventStoreDB) answered ${grpcStatus[status] ?? status}: ${details || 'no reason given'}`);
    this.status = status;
  }
}

export type CallHandlers = {
  /** A piece of the answer, cut anywhere. */
  readonly onChunk: (chunk: Buffer) => void;
  /** The server said that this was all, and all of it was read. */
  readonly onEnd: () => void;
  /** Something else ended it: a {@link RefusedCallError}, or {@link EventStoreUnavailableError}. */
  readonly onError: (error: Error) => void;
};

/**
 * Calls `Streams/Read` over a connection of one's own (gRPC over HTTP/2, without compression).
 *
 * @param request one message with gRPC's prefix
 * @returns the stream, to pause and to resume; one of `onEnd` and `onError` is called, once
 * @throws {EventStoreUnavailableError} if the connection is gone already
 */
export function callRead(
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
  request: Buffer,
  { onChunk, onEnd, onError }: CallHandlers,
): ClientHttp2Stream {
  if (session.destroyed || session.closed) throw lost(new Error('The connection was closed.'));
  const stream = session.request({
    ...headers,
    ':method': 'POST',
    ':path': '/event_store.client.streams.Streams/Read',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  let outcome: Error | 'ok' | undefined;
  let isRead = false;
  let settled = false;
  const settle = (error?: unknown) => {
    if (settled) return;
    settled = true;
    if (outcome instanceof Error) onError(outcome);
    // What was sent and is not read yet goes with the connection: a good status alone does not make it all.
    else if (outcome === 'ok' && isRead) onEnd();
    else onError(lost(error));
  };
  stream.once('response', (answer) => {
    // An answer without a body carries its status here.
    outcome =
      statusOf(answer) ?? (answer[':status'] === 200 ? undefined : httpError(Number(answer[':status'])));
  });
  stream.once('trailers', (trailers) => {
    outcome = statusOf(trailers) ?? outcome;
  });
  stream.on('data', onChunk);
  stream.once('end', () => {
    isRead = true;
    if (outcome) settle();
  });
  stream.once('error', settle);
  stream.once('close', () => settle());
  stream.end(request);
  return stream;
}

/** Undefined if the headers say nothing about it. */
function statusOf(headers: IncomingHttpHeaders): Error | 'ok' | undefined {
  const code = headers['grpc-status'];
  if (code === undefined) return undefined;
  if (Number(code) === grpcStatus.OK) return 'ok';
  const refused = new RefusedCallError(Number(code), decoded(String(headers['grpc-message'] ?? '')));
  return passing.has(refused.status) ? lost(refused) : refused;
}

/** What says nothing about the request: the server, or something on the way to it, cannot answer now. */
const passing = new Set([grpcStatus.UNAVAILABLE, grpcStatus.CANCELLED, grpcStatus.DEADLINE_EXCEEDED]);

function httpError(code: number): Error {
  const error = new Error(`Something on the way to the log answered with HTTP status ${code}.`);
  return [429, 502, 503, 504].includes(code) ? lost(error) : error;
}

const lost = (cause: unknown) =>
  new EventStoreUnavailableError('The log (EventStoreDB) cannot be reached.', { cause });

/** `grpc-message` is percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
