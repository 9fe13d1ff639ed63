/**
 * Writes protobuf fields (proto3 wire format) straight into one buffer.
 *
 * Only the hot path uses it, the record that every read returns: the generated classes build an object tree for each
 * message and are ten times slower at it.
 */
export class ProtobufWriter {
  readonly #buffer: Buffer;
  #at = 0;

  /** @param capacity an upper bound of the message's size in bytes */
  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** A varint field; zero is the proto3 default and is left out. */
  uint64(field: number, value: number | bigint): void {
    if (value === 0 || value === 0n) return;
    this.presentUint64(field, value);
  }

  /** A varint field of a `oneof`: written when it is zero too, for its presence says which of them it is. */
  presentUint64(field: number, value: number | bigint): void {
    this.#varint(field * 8);
    if (typeof value === 'bigint') this.#bigVarint(value);
    else this.#varint(value);
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  string(field: number, value: string): void {
    this.#varint(field * 8 + 2);
    this.#varint(Buffer.byteLength(value));
    this.#at += this.#buffer.write(value, this.#at, 'utf8');
  }

  /** The tag and length of a nested message; the caller then writes exactly `length` bytes. */
  nested(field: number, length: number): void {
    this.#varint(field * 8 + 2);
    this.#varint(length);
  }

  /** A part of another buffer, as it is. */
  copied(source: Buffer, start: number, end: number): void {
    this.#at += source.copy(this.#buffer, this.#at, start, end);
  }

  /** What gRPC puts before a message that is not compressed. */
  grpcPrefix(length: number): void {
    this.#buffer[this.#at] = 0;
    this.#at = this.#buffer.writeUInt32BE(length, this.#at + 1);
  }

  /** An entry of a `map<string, string>` field. */
  mapEntry(field: number, key: string, value: string): void {
    this.nested(
      field,
      lengthOfBytesField(Buffer.byteLength(key)) + lengthOfBytesField(Buffer.byteLength(value)),
    );
    this.string(1, key);
    this.string(2, value);
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#at++] = rest;
  }

  #bigVarint(value: bigint): void {
    let rest = value;
    while (rest > 0x7fn) {
      this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#at++] = Number(rest);
  }
}

/** How many bytes a varint takes. */
export function lengthOfVarint(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** How many bytes a length-delimited field with a number below 16 takes, its tag included. */
export function lengthOfBytesField(contentLength: number): number {
  return 1 + lengthOfVarint(contentLength) + contentLength;
}
