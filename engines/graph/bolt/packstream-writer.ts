import { type BoltMap, BoltStructure, type BoltValue } from './bolt-value.ts';

/** The largest body of one chunk: its header is a 16 bit length. */
const maxChunk = 0xffff;

/**
 * One message as the bytes that go on the wire: PackStream 1, cut into chunks, closed by an empty chunk.
 *
 * The driver has a packer of its own, but as a private, untyped part of a package that Casefold does not depend on
 * directly, and tied to the driver's integer class; PackStream is small enough to say here.
 */
export function encodeMessage(message: BoltStructure): Buffer {
  const writer = new PackStreamWriter();
  writer.write(message);
  const body = writer.bytes();
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += maxChunk) {
    const chunk = body.subarray(at, at + maxChunk);
    parts.push(Buffer.of(chunk.length >> 8, chunk.length & 0xff), chunk);
  }
  parts.push(Buffer.of(0, 0));
  return Buffer.concat(parts);
}

class PackStreamWriter {
  #buffer = Buffer.allocUnsafe(256);
  #length = 0;

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  write(value: BoltValue): void {
    if (value === null) this.#byte(0xc0);
    else if (typeof value === 'string') this.#string(value);
    else if (typeof value === 'bigint') this.#integer(value);
    else if (typeof value === 'number') this.#float(value);
    else if (typeof value === 'boolean') this.#byte(value ? 0xc3 : 0xc2);
    else if (Array.isArray(value)) this.#list(value);
    else if (value instanceof Map) this.#map(value);
    else if (value instanceof BoltStructure) this.#structure(value);
    else this.#byteArray(value);
  }

  #string(value: string): void {
    const size = Buffer.byteLength(value);
    this.#header(size, 0x80, 0xd0);
    this.#reserve(size);
    this.#buffer.write(value, this.#length, 'utf8');
    this.#length += size;
  }

  #integer(value: bigint): void {
    if (-0x10n <= value && value < 0x80n) {
      this.#byte(Number(value) & 0xff);
    } else if (-0x80n <= value && value < 0x80n) {
      this.#reserve(2);
      this.#buffer[this.#length] = 0xc8;
      this.#length = this.#buffer.writeInt8(Number(value), this.#length + 1);
    } else if (-0x8000n <= value && value < 0x8000n) {
      this.#reserve(3);
      this.#buffer[this.#length] = 0xc9;
      this.#length = this.#buffer.writeInt16BE(Number(value), this.#length + 1);
    } else if (-0x80000000n <= value && value < 0x80000000n) {
      this.#reserve(5);
      this.#buffer[this.#length] = 0xca;
      this.#length = this.#buffer.writeInt32BE(Number(value), this.#length + 1);
    } else {
      this.#reserve(9);
      this.#buffer[this.#length] = 0xcb;
      this.#length = this.#buffer.writeBigInt64BE(value, this.#length + 1);
    }
  }

  #float(value: number): void {
    this.#reserve(9);
    this.#buffer[this.#length] = 0xc1;
    this.#length = this.#buffer.writeDoubleBE(value, this.#length + 1);
  }

  #list(value: BoltValue[]): void {
    this.#header(value.length, 0x90, 0xd4);
    for (const item of value) this.write(item);
  }

  #map(value: BoltMap): void {
    this.#header(value.size, 0xa0, 0xd8);
    for (const [key, item] of value) {
      this.#string(key);
      this.write(item);
    }
  }

  #structure(value: BoltStructure): void {
    this.#byte(0xb0 | value.fields.length);
    this.#byte(value.tag);
    for (const field of value.fields) this.write(field);
  }

  #byteArray(value: Uint8Array): void {
    this.#header(value.length, undefined, 0xcc);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** A size in the shortest form: within the marker, or in 1, 2 or 4 bytes behind one of three markers in a row. */
  #header(size: number, tiny: number | undefined, marker: number): void {
    if (tiny !== undefined && size < 0x10) {
      this.#byte(tiny | size);
      return;
    }
    this.#reserve(5);
    const [step, bytes] = size < 0x100 ? [0, 1] : size < 0x10000 ? [1, 2] : [2, 4];
    this.#buffer[this.#length] = marker + step;
    this.#length = this.#buffer.writeUIntBE(size, this.#length + 1, bytes);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length] = value;
    this.#length += 1;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
