import { type AllStreamRecordedEvent, jsonEvent } from '@eventstore/db-client';
import { z } from 'zod';
import { type EventDefinitions, type RecordedEvent, upcast } from '#domain/event';
import { isStorable } from '#domain/plain-text';
import type { NewEvent } from '#platform/event-store';
import { metadataFromWire, metadataToWire } from './eventstore-wire-metadata.ts';

type WireEvent = Omit<AllStreamRecordedEvent, 'position'> & { position?: { commit: bigint } };

/**
 * An event for the wire. What is written is what its schema says, no more: a wrong event is a fault of the code and must
 * not get into the log.
 *
 * @throws {z.ZodError} if the data is not what the schema says, or a string anywhere in it cannot be stored by a read model
 */
export function toWire({ id, type, data, metadata }: NewEvent, registry: EventDefinitions) {
  const definition = registry[type];
  if (!definition) throw new Error(`"${type}" is no event type of Casefold's.`);
  const checked = definition.schema.parse(data) as Record<string, unknown>;
  // The last line of defence: once it is in the log, every projection meets it for ever.
  const issues = [...unstorable(checked, []), ...unstorable(metadata, ['metadata'])];
  if (issues.length > 0) throw new z.ZodError(issues);
  return jsonEvent({
    id,
    type,
    data: checked,
    metadata: metadataToWire({ ...metadata, schemaVersion: definition.version }),
  });
}

/** Where a value holds strings that Postgres refuses, keys among them. */
function* unstorable(value: unknown, path: readonly string[]): Generator<z.core.$ZodIssue> {
  if (typeof value === 'string' && !isStorable(value)) {
    const message = 'Must not contain a NUL or half of a surrogate pair.';
    yield { code: 'custom', path: [...path], message, input: value };
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if (!isStorable(key)) yield* unstorable(key, path);
    yield* unstorable(each, [...path, key]);
  }
}

/**
 * An event off the wire in the domain's words and the newest version of its shape.
 *
 * @returns undefined for somebody else's event in a shared log: a type that is not in the registry, or other metadata
 * @throws {Error} for a version that is newer than this code knows
 */
export function fromWire(event: WireEvent, registry: EventDefinitions): RecordedEvent | undefined {
  const definition = registry[event.type];
  if (!definition) return undefined;
  if (!event.position) throw new Error(`Event ${event.id} came without its position in the log.`);
  const metadata = metadataFromWire(event.metadata);
  if (!metadata) return undefined;
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
