/** What came over the wire is not what the protocol says. */
export class MalformedResponseError extends Error {
  override name = 'MalformedResponseError';
}

/** How the next bytes of a message are to be read (protobuf wire format). */
const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Reads protobuf fields out of a buffer in place. A cursor that goes through a message and the messages in it: it is set
 * on a part with `at` and `end`, and never reads beyond it.
 *
 * Only the scan of the log uses it: the generated classes build an object tree for each event, which takes longer than
 * everything else about it.
 */
export class ProtobufCursor {
  buffer: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;

  /** Sets the cursor on a whole message. */
  set(buffer: Buffer, start: number, end: number): void {
    this.buffer = buffer;
    this.at = start;
    this.end = end;
  }

  /**
   * A 64-bit number: as a number where that is exact, or as a bigint.
   *
   * @throws {MalformedResponseError} at the end of the message, or behind ten bytes
   */
  uint64(): number | bigint {
    const start = this.at;
    // Nearly all tags and lengths are one byte.
    if (start < this.end && (this.buffer[start] as number) < 0x80) return this.buffer[this.at++] as number;
    let value = 0;
    let factor = 1;
    // Seven bytes carry 49 bits: a number holds them exactly.
    for (let limit = Math.min(start + 7, this.end); this.at < limit; factor *= 128) {
      const byte = this.buffer[this.at++] as number;
      if (byte < 0x80) return value + byte * factor;
      value += (byte & 0x7f) * factor;
    }
    return this.#long(start);
  }

  /** Goes into a length-delimited field. @returns where it ends; it begins at `at` */
  enter(): number {
    const length = this.uint64();
    const end = this.at + Number(length);
    if (!(end <= this.end)) throw new MalformedResponseError('A field is longer than the message it is in.');
    return end;
  }

  /** Passes over a field that nobody needs. @param tag its tag, already read */
  skip(tag: number): void {
    const type = tag & 7;
    if (type === wireType.varint) this.uint64();
    else if (type === wireType.bytes) this.at = this.enter();
    else if (type === wireType.fixed64) this.#pass(8);
    else if (type === wireType.fixed32) this.#pass(4);
    else throw new MalformedResponseError(`There is no protobuf field of type ${type}.`);
  }

  /** The tag of the next field: its number, times eight, and its type. */
  tag(): number {
    const tag = Number(this.uint64());
    if (tag < 8 || tag > 0xffff_ffff) throw new MalformedResponseError('A field has no number.');
    return tag;
  }

  #pass(bytes: number): void {
    if (this.at + bytes > this.end) throw new MalformedResponseError('The message ends inside of a field.');
    this.at += bytes;
  }

  #long(start: number): number | bigint {
    let value = 0n;
    for (let at = start; at < this.end && at < start + 10; at++) {
      const byte = this.buffer[at] as number;
      value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
      if (byte >= 0x80) continue;
      this.at = at + 1;
      const whole = BigInt.asUintN(64, value);
      return whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole;
    }
    throw new MalformedResponseError('The message ends inside of a number.');
  }
}
