import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ProposedEvent } from '../storage/proposed-event.ts';
import { readUuid } from './identifiers.ts';
import { invalidArgument } from './service-error.ts';

/** EventStoreDB's default for one append, all its events together, in bytes. */
export const MAX_APPEND_BYTES = 1_048_576;

/** An append as it arrives in parts: the events so far and how large they are. */
export class IncomingEvents {
  readonly #events: ProposedEvent[] = [];
  #bytes = 0;

  /** Takes the next event over; one that makes the append too large is counted and not kept. */
  add(message: streams.AppendReq.ProposedMessage | streams.BatchAppendReq.ProposedMessage): void {
    const metadata = message.getMetadataMap();
    const type = metadata.get('type') ?? '';
    if (type === '') throw invalidArgument("An event needs metadata 'type'.");
    const data = message.getData_asU8();
    const customMetadata = message.getCustomMetadata_asU8();
    this.#bytes += data.length + customMetadata.length + 2 * type.length;
    if (this.tooLarge) return;
    this.#events.push({
      id: readUuid(message.getId()),
      type,
      contentType: metadata.get('content-type') ?? 'application/octet-stream',
      customMetadata,
      data,
    });
  }

  get tooLarge(): boolean {
    return this.#bytes > MAX_APPEND_BYTES;
  }

  get events(): readonly ProposedEvent[] {
    return this.#events;
  }
}
