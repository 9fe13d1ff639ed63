import { type Message, message } from './wire.ts';

/** Rows on their way in are kept in memory until the last one is there. */
const MAX_COPY_BYTES = 512 * 1024 * 1024;

/**
 * Collects the rows of `COPY … FROM STDIN` before the statement runs. PGlite reads all it is given in one go and cannot
 * wait for more, so the client is asked for its rows first, with a CopyInResponse of our own.
 */
export class CopyRows {
  readonly #copies: readonly { binary: boolean }[];
  #done = 0;
  #bytes = 0;
  #tooLarge = false;

  constructor(copies: readonly { binary: boolean }[]) {
    this.#copies = copies;
  }

  /** The CopyInResponse for the next statement; null when all have their rows. Column formats are left to the client. */
  request(): Buffer | null {
    const copy = this.#copies[this.#done];
    return copy ? message('G', Buffer.of(copy.binary ? 1 : 0, 0, 0)) : null;
  }

  /**
   * Takes what the client sends meanwhile.
   * @returns the messages to run after the statement: none for those the protocol ignores here (Sync, Flush)
   */
  take({ type, bytes }: Message): Buffer[] {
    if (type === 'd') {
      this.#bytes += bytes.length;
      this.#tooLarge ||= this.#bytes > MAX_COPY_BYTES;
      return this.#tooLarge ? [] : [bytes];
    }
    if (type === 'c') {
      this.#done += 1;
      return [this.#tooLarge ? TOO_LARGE : bytes];
    }
    if (type === 'f') {
      // A failed COPY ends the whole batch: PostgreSQL skips the statements after it.
      this.#done = this.#copies.length;
      return [bytes];
    }
    return [];
  }
}

const TOO_LARGE = message(
  'f',
  `the embedded engine takes at most ${MAX_COPY_BYTES / 1024 / 1024} MiB of rows in one COPY: send them in several`,
);
