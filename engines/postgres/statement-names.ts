import { cString, message, readCString } from './wire.ts';

/**
 * Prepared statements of one connection, under names of their own in the one session all connections share: two
 * clients may both prepare `find-user` and mean different things.
 *
 * Portals need no such care: they live in a transaction only, and a transaction has the session to itself.
 */
export class StatementNames {
  readonly #prefix: string;
  readonly #names = new Map<string, string>();

  constructor(connectionId: number) {
    this.#prefix = `c${connectionId}s`;
  }

  /** `Parse`: the name, then everything else. */
  parse(bytes: Buffer): Buffer {
    const { text: name, end } = readCString(bytes, 5);
    return name === '' ? bytes : message('P', this.#nameFor(name), bytes.subarray(end));
  }

  /** `Bind`: the portal, the name, then everything else. */
  bind(bytes: Buffer): Buffer {
    const portal = readCString(bytes, 5);
    const { text: name, end } = readCString(bytes, portal.end);
    return name === '' ? bytes : message('B', portal.text, this.#nameFor(name), bytes.subarray(end));
  }

  /** `Describe` and `Close`: `S` for a statement or `P` for a portal, then the name. */
  target(type: 'D' | 'C', bytes: Buffer): Buffer {
    const { text: name } = readCString(bytes, 6);
    if (bytes.toString('latin1', 5, 6) !== 'S' || name === '') return bytes;
    return message(type, Buffer.concat([Buffer.from('S'), cString(this.#nameFor(name))]));
  }

  /** `Close` for every statement this connection may have prepared; closing one that is not there is no error. */
  closeAll(): Buffer[] {
    const closes = [...this.#names.values()].map((name) => message('C', Buffer.from('S'), name));
    this.#names.clear();
    return closes;
  }

  #nameFor(name: string): string {
    let own = this.#names.get(name);
    if (own === undefined) {
      own = `${this.#prefix}${this.#names.size}`;
      this.#names.set(name, own);
    }
    return own;
  }
}
