import { BoltProtocolError } from './bolt-value.ts';

/** A batch far beyond any sensible one; keeps a broken client from filling the memory. */
const maxMessageBytes = 256 * 1024 * 1024;

/**
 * Puts messages together from the chunks they come in: each chunk has a 16 bit length, an empty chunk ends a message,
 * and empty chunks between messages only keep the connection alive.
 */
export class ChunkReader {
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #message: Buffer[] = [];
  #messageBytes = 0;

  /** Takes bytes as they come from the socket; gives the messages they complete. */
  push(bytes: Buffer): Buffer[] {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    const messages: Buffer[] = [];
    while (this.#pendingBytes >= 2) {
      const size = this.#join().readUInt16BE(0);
      if (this.#pendingBytes < 2 + size) break;
      const all = this.#join();
      if (size > 0) this.#add(all.subarray(2, 2 + size));
      else if (this.#messageBytes > 0) messages.push(this.#complete());
      this.#pending = [all.subarray(2 + size)];
      this.#pendingBytes -= 2 + size;
    }
    return messages;
  }

  #add(chunk: Buffer): void {
    this.#messageBytes += chunk.length;
    if (this.#messageBytes > maxMessageBytes) {
      throw new BoltProtocolError(`A message is larger than ${maxMessageBytes} bytes.`);
    }
    this.#message.push(chunk);
  }

  #complete(): Buffer {
    const message = Buffer.concat(this.#message, this.#messageBytes);
    this.#message = [];
    this.#messageBytes = 0;
    return message;
  }

  #join(): Buffer {
    const [first, second] = this.#pending;
    if (first !== undefined && second === undefined) return first;
    const joined = Buffer.concat(this.#pending, this.#pendingBytes);
    this.#pending = [joined];
    return joined;
  }
}
