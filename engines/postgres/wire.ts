/**
 * Framing of PostgreSQL's frontend/backend protocol 3.0, chapter "Message Formats" of its manual: a type byte, an
 * int32 length that counts itself, a body.
 */

/** A whole message, type byte and length included. */
export type Message = { readonly type: string; readonly bytes: Buffer };

/** Larger than any row PGlite can hold; a length beyond it is a broken or foreign client. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Thrown when what a client sends is not PostgreSQL's protocol. The connection cannot go on. */
export class ProtocolError extends Error {
  override name = 'ProtocolError';
}

/** Cuts a byte stream, arriving in chunks of any size, into messages. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** Bytes received and not yet taken. */
  get buffered(): number {
    return this.#size;
  }

  /** The next message, or null until it is complete. Throws {@link ProtocolError}. */
  next(): Message | null {
    const head = this.#peek(5);
    if (!head) return null;
    const bytes = this.#take(checkedLength(head.readInt32BE(1)) + 1);
    return bytes && { type: String.fromCharCode(bytes.readUInt8(0)), bytes };
  }

  /** The next of the typeless packets that open a connection, without its length; null until it is complete. */
  nextStartupPacket(): Buffer | null {
    const head = this.#peek(4);
    if (!head) return null;
    return this.#take(checkedLength(head.readInt32BE(0)))?.subarray(4) ?? null;
  }

  #peek(size: number): Buffer | null {
    if (this.#size < size) return null;
    const first = this.#chunks[0];
    return first && first.length >= size ? first : this.#join();
  }

  #take(size: number): Buffer | null {
    if (this.#size < size) return null;
    const first = this.#chunks[0];
    const whole = first && first.length >= size ? first : this.#join();
    this.#size -= size;
    if (whole.length === size) this.#chunks.shift();
    else this.#chunks[0] = whole.subarray(size);
    return whole.subarray(0, size);
  }

  /** Joined only once a whole message is there, so a 5 MB row costs one copy and not one for each chunk. */
  #join(): Buffer {
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

function checkedLength(length: number): number {
  if (length < 4 || length > MAX_MESSAGE_BYTES)
    throw new ProtocolError(
      `invalid message length ${length}: at most ${MAX_MESSAGE_BYTES} bytes are accepted`,
    );
  return length;
}

/** A message of `type` with the given body. */
export function message(type: string, ...body: (Buffer | string)[]): Buffer {
  const parts = body.map((part) => (typeof part === 'string' ? cString(part) : part));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(4 + parts.reduce((sum, part) => sum + part.length, 0), 1);
  return Buffer.concat([head, ...parts]);
}

/** Text as the protocol ends it, with a zero byte. */
export function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf8');
}

/** Reads the zero-ended text at `offset`; `end` is the offset after the zero byte. */
export function readCString(bytes: Buffer, offset: number): { text: string; end: number } {
  const zero = bytes.indexOf(0, offset);
  if (zero < 0) throw new ProtocolError('a text in a message has no end');
  return { text: bytes.toString('utf8', offset, zero), end: zero + 1 };
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export const simpleQuery = (sql: string): Buffer => message('Q', sql);
export const sync = message('S');

/** Where one message stands inside a buffer of whole messages. */
export type Span = { readonly type: string; readonly start: number; readonly end: number };

/** Walks the messages in a buffer of whole messages. */
export function* spansOf(output: Buffer): Generator<Span> {
  for (let start = 0; start + 5 <= output.length; ) {
    const end = start + 1 + output.readInt32BE(start + 1);
    yield { type: String.fromCharCode(output.readUInt8(start)), start, end };
    start = end;
  }
}

/** An ErrorResponse. `code` is an SQLSTATE; see "PostgreSQL Error Codes" in its manual. */
export function errorResponse(error: {
  severity?: 'ERROR' | 'FATAL';
  code: string;
  message: string;
  hint?: string;
}): Buffer {
  const severity = error.severity ?? 'ERROR';
  const fields = [`S${severity}`, `V${severity}`, `C${error.code}`, `M${error.message}`];
  if (error.hint) fields.push(`H${error.hint}`);
  return message('E', ...fields, Buffer.of(0));
}

/** The text of the first error in the output, or null. */
export function errorOf(output: Buffer): string | null {
  for (const { type, start, end } of spansOf(output)) {
    if (type !== 'E') continue;
    const fields = output.toString('utf8', start + 5, end).split('\0');
    return fields.find((field) => field.startsWith('M'))?.slice(1) ?? 'unknown error';
  }
  return null;
}

/** All rows in the output of a simple query, which are in text format. */
export function rowsOf(output: Buffer): (string | null)[][] {
  const rows: (string | null)[][] = [];
  for (const { type, start } of spansOf(output)) {
    if (type !== 'D') continue;
    const row: (string | null)[] = [];
    let at = start + 7;
    for (let column = output.readInt16BE(start + 5); column > 0; column--) {
      const length = output.readInt32BE(at);
      at += 4;
      row.push(length < 0 ? null : output.toString('utf8', at, at + length));
      at += Math.max(length, 0);
    }
    rows.push(row);
  }
  return rows;
}
