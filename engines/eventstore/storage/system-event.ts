import { randomUUID } from 'node:crypto';
import type { ProposedEvent } from './log-writer.ts';

/** An event that the engine itself writes, as JSON. */
export function systemEvent(
  type: string,
  data: Uint8Array,
  customMetadata = new Uint8Array(),
): ProposedEvent {
  return { id: randomUUID(), type, contentType: 'application/json', customMetadata, data };
}
