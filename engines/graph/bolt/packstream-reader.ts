import { type BoltMap, BoltProtocolError, BoltStructure, type BoltValue } from './bolt-value.ts';

/** Deeper than any sensible parameter, shallow enough for the stack. */
const maxDepth = 100;

/**
 * Reads one whole message body (PackStream 1), the chunk headers already taken away.
 *
 * @throws {BoltProtocolError} for bytes that are no PackStream, or no message
 */
export function decodeMessage(body: Buffer): BoltStructure {
  const reader = new PackStreamReader(body);
  const value = reader.read(0);
  if (!(value instanceof BoltStructure) || !reader.atEnd) throw new BoltProtocolError('Not a Bolt message.');
  return value;
}

class PackStreamReader {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  read(depth: number): BoltValue {
    if (depth > maxDepth) throw new BoltProtocolError(`Values are nested deeper than ${maxDepth} levels.`);
    const marker = this.#unsigned(1);
    if (marker < 0x80) return BigInt(marker);
    if (marker >= 0xf0) return BigInt(marker - 0x100);
    const low = marker & 0x0f;
    switch (marker & 0xf0) {
      case 0x80:
        return this.#string(low);
      case 0x90:
        return this.#list(low, depth);
      case 0xa0:
        return this.#map(low, depth);
      case 0xb0:
        return this.#structure(low, depth);
      default:
        return this.#marked(marker, depth);
    }
  }

  #marked(marker: number, depth: number): BoltValue {
    switch (marker) {
      case 0xc0:
        return null;
      case 0xc1:
        return this.#bytes.readDoubleBE(this.#take(8));
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc8:
        return BigInt(this.#bytes.readInt8(this.#take(1)));
      case 0xc9:
        return BigInt(this.#bytes.readInt16BE(this.#take(2)));
      case 0xca:
        return BigInt(this.#bytes.readInt32BE(this.#take(4)));
      case 0xcb:
        return this.#bytes.readBigInt64BE(this.#take(8));
      case 0xcc:
      case 0xcd:
      case 0xce: {
        const size = this.#size(marker - 0xcc);
        const start = this.#take(size);
        return this.#bytes.subarray(start, start + size);
      }
      case 0xd0:
      case 0xd1:
      case 0xd2:
        return this.#string(this.#size(marker - 0xd0));
      case 0xd4:
      case 0xd5:
      case 0xd6:
        return this.#list(this.#size(marker - 0xd4), depth);
      case 0xd8:
      case 0xd9:
      case 0xda:
        return this.#map(this.#size(marker - 0xd8), depth);
      default:
        throw new BoltProtocolError(`Unknown PackStream marker 0x${marker.toString(16)}.`);
    }
  }

  #string(size: number): string {
    const start = this.#take(size);
    return this.#bytes.toString('utf8', start, start + size);
  }

  #list(size: number, depth: number): BoltValue[] {
    const list: BoltValue[] = [];
    for (let i = 0; i < size; i += 1) list.push(this.read(depth + 1));
    return list;
  }

  #map(size: number, depth: number): BoltMap {
    const map: BoltMap = new Map();
    for (let i = 0; i < size; i += 1) {
      const key = this.read(depth + 1);
      if (typeof key !== 'string') throw new BoltProtocolError('A map has a key that is no text.');
      map.set(key, this.read(depth + 1));
    }
    return map;
  }

  #structure(size: number, depth: number): BoltStructure {
    const tag = this.#unsigned(1);
    return new BoltStructure(tag, this.#list(size, depth));
  }

  /** A size in 1, 2 or 4 bytes. */
  #size(step: number): number {
    return this.#unsigned(1 << step);
  }

  #unsigned(bytes: number): number {
    return this.#bytes.readUIntBE(this.#take(bytes), bytes);
  }

  /** Moves on by so many bytes and says where they start. */
  #take(bytes: number): number {
    const start = this.#at;
    if (start + bytes > this.#bytes.length)
      throw new BoltProtocolError('A message ends in the middle of a value.');
    this.#at = start + bytes;
    return start;
  }
}
