import { Writable } from 'node:stream';
import { Metadata } from '@grpc/grpc-js';
import type { ReadCall } from './read-call.ts';

/**
 * The HTTP/2 stream beneath a call, its headers sent. grpc-js writes each message by itself and waits until it is on its
 * way, so each becomes a frame of its own; for a read of the whole log that takes longer than reading it, on both sides.
 *
 * The stream is private to grpc-js, which is pinned to one version; a test says if another one hides it better.
 *
 * @returns undefined if it is not where it was; messages then go through the call, slowly
 */
export function rawStreamOf(call: ReadCall): Writable | undefined {
  const inner: unknown = 'call' in call ? call.call : undefined;
  const stream = typeof inner === 'object' && inner !== null && 'stream' in inner ? inner.stream : undefined;
  if (!(stream instanceof Writable) || !('respond' in stream)) return undefined;
  call.sendMetadata(new Metadata());
  return stream;
}
