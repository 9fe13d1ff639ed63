import { randomUUID } from 'node:crypto';

/** An event as a client proposes it. */
export type ProposedEvent = {
  /** A lower-case UUID of 36 characters. */
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly customMetadata: Uint8Array;
  readonly data: Uint8Array;
};

/** An event that the engine itself writes, as JSON. */
export function systemEvent(
  type: string,
  data: Uint8Array,
  customMetadata = new Uint8Array(),
): ProposedEvent {
  return { id: randomUUID(), type, contentType: 'application/json', customMetadata, data };
}
