import { type AllStreamRecordedEvent, jsonEvent } from '@eventstore/db-client';
import { z } from 'zod';
import { type EventDefinitions, eventMetadataSchema, type RecordedEvent, upcast } from '#domain/event';
import type { NewEvent } from '#platform/event-store';

type WireEvent = Omit<AllStreamRecordedEvent, 'position'> & { position?: { commit: bigint } };

/** EventStoreDB's own names for the two ids, so its tools (`$by_correlation_id`) understand our metadata. */
const wireMetadataSchema = z
  .looseObject({ $correlationId: z.string(), $causationId: z.string() })
  .transform(({ $correlationId, $causationId, ...rest }) => ({
    ...rest,
    correlationId: $correlationId,
    causationId: $causationId,
  }))
  .pipe(eventMetadataSchema);

/**
 * An event for the wire. What is written is what its schema says, no more: a wrong event is a fault of the code and must
 * not get into the log.
 *
 * @throws {z.ZodError} if the data is not what the schema says
 */
export function toWire({ id, type, data, metadata }: NewEvent, registry: EventDefinitions) {
  const definition = registry[type];
  if (!definition) throw new Error(`"${type}" is no event type of Casefold's.`);
  const { correlationId, causationId, ...rest } = metadata;
  return jsonEvent({
    id,
    type,
    data: definition.schema.parse(data) as Record<string, unknown>,
    metadata: {
      ...rest,
      schemaVersion: definition.version,
      $correlationId: correlationId,
      $causationId: causationId,
    },
  });
}

/**
 * An event off the wire in the domain's words and the newest version of its shape.
 *
 * @returns undefined for a type that is not in the registry: somebody else's event in a shared log
 * @throws {Error} if its metadata or version is not what Casefold writes
 */
export function fromWire(event: WireEvent, registry: EventDefinitions): RecordedEvent | undefined {
  const definition = registry[event.type];
  if (!definition) return undefined;
  if (!event.position) throw new Error(`Event ${event.id} came without its position in the log.`);
  const metadata = wireMetadataSchema.parse(event.metadata);
  return {
    id: event.id,
    stream: event.streamId,
    revision: event.revision,
    position: event.position.commit,
    created: event.created,
    type: event.type,
    data: upcast(event.type, definition, event.data, metadata.schemaVersion),
    metadata,
  };
}
