import { MalformedResponseError } from './eventstore-scan-protobuf.ts';

/** gRPC puts a flag and a length before every message. */
const prefixBytes = 5;

/** As large as the official client takes: the server writes events of up to 16 MiB. */
const maxMessageBytes = 17 * 1024 * 1024;

/**
 * Cuts what arrives into gRPC messages. Most of them are handed on where they lie in the chunk; only one that reaches
 * into the next chunk is copied.
 *
 * @param onMessage gets the part of a buffer that is one message, without its prefix
 */
export function createFrameReader(onMessage: (buffer: Buffer, start: number, end: number) => void) {
  let rest: Buffer[] = [];
  let restBytes = 0;
  /** Bytes after which the message that has begun is complete. */
  let needed = prefixBytes;

  return {
    /** @throws {MalformedResponseError} for a message that is compressed or too large, and what `onMessage` throws */
    push(chunk: Buffer): void {
      let buffer = chunk;
      if (restBytes > 0) {
        rest.push(chunk);
        restBytes += chunk.length;
        if (restBytes < needed) return;
        buffer = Buffer.concat(rest, restBytes);
      }
      let at = 0;
      for (;;) {
        needed = prefixBytes;
        if (buffer.length - at < prefixBytes) break;
        if (buffer[at] !== 0)
          throw new MalformedResponseError('A compressed message came, and none was asked for.');
        const length = buffer.readUInt32BE(at + 1);
        if (length > maxMessageBytes)
          throw new MalformedResponseError(`A message of ${length} bytes is too large.`);
        needed += length;
        if (buffer.length - at < needed) break;
        onMessage(buffer, at + prefixBytes, at + needed);
        at += needed;
      }
      restBytes = buffer.length - at;
      rest = restBytes > 0 ? [buffer.subarray(at)] : [];
    },

    /** @throws {MalformedResponseError} if the end came inside of a message */
    end(): void {
      if (restBytes > 0) throw new MalformedResponseError('The answer ends inside of a message.');
    },
  };
}
