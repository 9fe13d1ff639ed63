/**
 * The three stores that have no wire protocol of their own to hide behind, and so are ports: each has an embedded shape
 * and one that talks to a real server. One contract suite per port (`tests/contract`) holds both shapes to what is
 * written here.
 */

/** What stands behind a port, for `casefold doctor`. Never holds a password. */
export type EngineInfo = {
  /** Product name: `Redis`, `SQLite`, `NATS`, `in memory` … */
  readonly engine: string;
  readonly version: string;
  /** Folder, file, or host and port. */
  readonly where: string;
};

// ---------------------------------------------------------------------------------------------------- BlobStore

/** A half-open range of bytes, like `slice`: `start` is the first byte taken, `end` the first byte left out. */
export type ByteRange = { readonly start: number; readonly end: number };

export type StoredBlob = {
  /** Lowercase hexadecimal SHA-256 (FIPS 180-4) of the bytes: the blob's only name. */
  readonly sha256: string;
  /** Length in bytes. */
  readonly size: number;
  /** True if the same bytes were there before. */
  readonly existed: boolean;
};

/** Bytes that never change, named by the hash of their content. */
export type BlobStore = {
  /**
   * Stores bytes while hashing them. When the promise resolves they are on disk (or acknowledged by the remote store)
   * and survive a crash. If the source throws, or the limit is passed, nothing is left behind.
   *
   * @throws {BlobTooLargeError} as soon as more than `maxBytes` have come in
   */
  put(
    source: AsyncIterable<Uint8Array> | Uint8Array,
    options?: { readonly maxBytes?: number },
  ): Promise<StoredBlob>;

  /**
   * Streams a blob, or a range of it; a range past the end gives what there is.
   *
   * @throws {BlobNotFoundError} before the first byte
   * @throws {RangeError} if the range is negative, not whole, or ends before it starts
   */
  read(sha256: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;

  /**
   * The whole blob, checked against its name.
   *
   * @throws {BlobNotFoundError}
   * @throws {BlobCorruptError} if the bytes no longer have that hash
   */
  readBytes(sha256: string): Promise<Uint8Array>;

  /** Length in bytes, or undefined where there is no such blob. */
  size(sha256: string): Promise<number | undefined>;

  has(sha256: string): Promise<boolean>;

  info(): Promise<EngineInfo>;
};

/** More bytes came than were allowed. */
export class BlobTooLargeError extends Error {
  override name = 'BlobTooLargeError';
  readonly maxBytes: number;
  constructor(maxBytes: number) {
    super(`The content is larger than the ${maxBytes} bytes allowed.`);
    this.maxBytes = maxBytes;
  }
}

/** No blob has this name; also thrown for a name that is no SHA-256 at all. */
export class BlobNotFoundError extends Error {
  override name = 'BlobNotFoundError';
  readonly sha256: string;
  constructor(sha256: string) {
    super(`There is no stored content with the SHA-256 "${sha256.slice(0, 64)}".`);
    this.sha256 = sha256;
  }
}

/** The stored bytes are no longer those their name promises. */
export class BlobCorruptError extends Error {
  override name = 'BlobCorruptError';
  constructor(sha256: string, found: string) {
    super(
      `The stored content ${sha256} is damaged: its bytes now hash to ${found}. Restore it from a backup or upload it again.`,
    );
  }
}

// ---------------------------------------------------------------------------------------------------- ReadCache

/** Changes that happen together or not at all. */
export type CacheCommit = {
  /** Each must hold before anything is written; `undefined` means the key must be absent (or expired). */
  readonly checks?: readonly { readonly key: string; readonly equals: string | undefined }[];
  readonly sets?: readonly {
    readonly key: string;
    readonly value: string;
    /** Whole or fractional seconds until the key is gone; without it the key stays. */
    readonly ttlSeconds?: number;
  }[];
  /** Applied after `sets`. */
  readonly deletes?: readonly string[];
};

/** Small text values by key, for what is served as it is and can be rebuilt from the log at any time. */
export type ReadCache = {
  get(key: string): Promise<string | undefined>;

  /** Values in the order of the keys; undefined where there is none. */
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;

  /** Keys that begin with the prefix, sorted by code unit. Walks the key space: for maintenance, not for serving. */
  keys(prefix: string): Promise<string[]>;

  /**
   * Checks and writes in one atomic step. A projection puts its checkpoint among the checks and the sets, so data and
   * checkpoint move together, exactly once.
   *
   * @returns true if every check held and everything was applied; false if nothing was. After a broken connection a
   *   repeat may answer false because the first try got through: read the checkpoint again.
   */
  commit(change: CacheCommit): Promise<boolean>;

  info(): Promise<EngineInfo>;
  close(): Promise<void>;
};

// ---------------------------------------------------------------------------------------------------- Bus

/** Ends a subscription; resolves when its handlers in flight are done, so never await it inside its own handler. */
export type Unsubscribe = () => Promise<void>;

/**
 * Messages between roles. Nothing is kept: who is not listening does not hear, and whoever needs certainty reads the
 * log. Subjects and wildcards are those of NATS: tokens joined by dots, `*` for one token, `>` for the rest.
 * Data is anything JSON can carry; `undefined` travels as null. A message holds at most 1 MiB of JSON: pass a blob's
 * hash instead of its bytes.
 */
export type Bus = {
  /** Resolves when the message is handed to the transport, not when it was heard. */
  publish(subject: string, data: unknown): Promise<void>;

  /**
   * Hears every message whose subject matches, one at a time, in the order of each publisher. An error thrown by the
   * handler is reported and the subscription goes on. Resolves when the subscription is in force.
   */
  subscribe(pattern: string, handler: BusHandler): Promise<Unsubscribe>;

  /**
   * Asks, and waits for one answer.
   *
   * @throws {NoResponderError} at once, if nobody responds on the subject
   * @throws {ResponderGoneError} soon after whoever took the request was killed or cut off
   * @throws {RequestTimeoutError} after `timeoutMs` milliseconds without an answer
   * @throws {RemoteError} if the responder's handler threw
   * @throws the signal's reason, if it aborts first
   */
  request(
    subject: string,
    data: unknown,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<unknown>;

  /**
   * Answers requests. Responders with the same queue name compete: each request goes to one of them. What the handler
   * returns is the answer. A responder works on `concurrency` requests at a time (1 unless told) and keeps the others
   * waiting. The returned function stops taking requests and resolves when those taken are answered.
   */
  respond(
    subject: string,
    options: { readonly queue: string; readonly concurrency?: number },
    handler: BusHandler,
  ): Promise<Unsubscribe>;

  info(): Promise<EngineInfo>;

  /** Drains: takes nothing new, finishes what was taken, sends what is pending, disconnects. */
  close(): Promise<void>;
};

/** Takes the message's data and the subject it came on. */
export type BusHandler = (data: unknown, subject: string) => unknown;

/** The other side's handler threw; the message is that of its error. */
export class RemoteError extends Error {
  override name = 'RemoteError';
  /** The name of the error thrown over there. */
  readonly remoteName: string;
  constructor(remoteName: string, message: string) {
    super(message);
    this.remoteName = remoteName;
  }
}

export class NoResponderError extends Error {
  override name = 'NoResponderError';
  constructor(
    subject: string,
    message = `Nobody responds on "${subject}": the role that serves it is not running.`,
  ) {
    super(message);
  }
}

/** Somebody took the request, and is not heard of any more: killed, or cut off. */
export class ResponderGoneError extends NoResponderError {
  override name = 'ResponderGoneError';
  constructor(subject: string) {
    super(subject, `Whoever took the request on "${subject}" is gone without an answer.`);
  }
}

export class RequestTimeoutError extends Error {
  override name = 'RequestTimeoutError';
  constructor(subject: string, timeoutMs: number) {
    super(`No answer on "${subject}" within ${timeoutMs} ms.`);
  }
}

export class MessageTooLargeError extends Error {
  override name = 'MessageTooLargeError';
  constructor(subject: string, bytes: number, maxBytes: number) {
    super(
      `The message for "${subject}" has ${bytes} bytes of JSON, more than the ${maxBytes} a message may have. Store the content as a blob and send its hash.`,
    );
  }
}

export class BusClosedError extends Error {
  override name = 'BusClosedError';
  constructor() {
    super('The bus is closed.');
  }
}
