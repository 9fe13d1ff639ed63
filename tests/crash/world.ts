import type { CasefoldClient } from '../support/casefold-client.ts';
import type { Digests } from '../support/digests.ts';

/** A running Casefold whose processes can be killed, however many they are and whatever stands behind its wires. */
export type World = {
  /** What can be killed, by name. */
  readonly victims: readonly string[];
  /** SIGKILL; resolves when whatever was killed serves again. */
  kill(victim: string): Promise<void>;
  /** Whoever takes writes. */
  readonly writer: CasefoldClient;
  /** Whoever answers queries. */
  readonly reader: CasefoldClient;
  /** Connection string of the log, as it is now. */
  logUrl(): string;
  /** The folder of the blobs. */
  readonly blobs: string;
  /** How far each projection is, as the processes that run them tell. */
  positions(): Promise<ReadonlyMap<string, bigint>>;
  /** What the live read models hold. */
  digests(): Promise<Digests>;
};
