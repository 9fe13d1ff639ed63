/** A real server that a test started for itself. */
export type RealServer = {
  /** What makes Casefold, and the contract suite of its wire, use it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Name and version, as the server itself says. */
  readonly version: string;
  /** SIGKILL; data and address stay as they are. */
  kill(): Promise<void>;
  /** After `kill`: starts it again on the same data and address. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
};

/** A server that tests can have: `provide` makes sure that it is installed, `start` starts one of its own. */
export type RealEngine = {
  readonly name: string;
  /** @throws {UnavailableHereError} where it cannot be had */
  provide(): Promise<void>;
  /** Expects that it was provided. */
  start(): Promise<RealServer>;
};

/** A server cannot be had on this machine; the message says why, and how to mend it. */
export class UnavailableHereError extends Error {
  override name = 'UnavailableHereError';
}
