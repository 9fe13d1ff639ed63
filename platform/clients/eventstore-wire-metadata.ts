import { z } from 'zod';
import { type Actor, type EventMetadata, eventMetadataSchema } from '#domain/event';
import { parsedJson } from '#platform/parsed-json';

/** EventStoreDB's own names for the two ids, so its tools (`$by_correlation_id`) understand our metadata. */
export const wireMetadataSchema = z
  .looseObject({ $correlationId: z.string(), $causationId: z.string() })
  .transform(({ $correlationId, $causationId, ...rest }) => ({
    ...rest,
    correlationId: $correlationId,
    causationId: $causationId,
  }))
  .pipe(eventMetadataSchema);

/** What `z.iso.datetime()` asks of a string. */
const datetime = z.regexes.datetime({});

/** A JSON string in which nothing is escaped. */
const plain = String.raw`[^"\\\x00-\x1f]`;

/** The JSON that {@link metadataToWire} makes, in nearly every case. */
const written = new RegExp(
  String.raw`^\{(?:"caseId":"(${plain}*)",)?"actor":\{"kind":"(person|system|model)","id":"(${plain}{1,200})"\},` +
    String.raw`"occurredAt":"(${plain}*)","schemaVersion":([1-9]\d{0,8}),` +
    String.raw`"\$correlationId":"(${plain}*)","\$causationId":"(${plain}*)"\}$`,
);

/** Metadata for the wire, always in the same order. */
export function metadataToWire({
  caseId,
  actor: { kind, id },
  occurredAt,
  schemaVersion,
  correlationId,
  causationId,
}: EventMetadata) {
  return {
    ...(caseId !== undefined && { caseId }),
    actor: { kind, id },
    occurredAt,
    schemaVersion,
    $correlationId: correlationId,
    $causationId: causationId,
  };
}

/**
 * Metadata off the wire in the domain's words.
 *
 * @param value the parsed JSON, or whatever stood there instead
 * @returns undefined if it is not Casefold's
 */
export function metadataFromWire(value: unknown): EventMetadata | undefined {
  return usual(value) ?? wireMetadataSchema.safeParse(value).data;
}

/**
 * As {@link metadataFromWire}, from the JSON itself. What Casefold writes is taken apart without parsing it: that is half
 * of the time that parsing and checking take.
 */
export function metadataFromText(text: string): EventMetadata | undefined {
  const [, caseId, kind, id, occurredAt, version, correlationId, causationId] = written.exec(text) ?? [];
  if (occurredAt === undefined || !datetime.test(occurredAt)) return metadataFromWire(parsedJson(text));
  const rest = {
    actor: { kind, id } as Actor,
    correlationId: correlationId as string,
    causationId: causationId as string,
    schemaVersion: Number(version),
    occurredAt,
  };
  return caseId === undefined ? rest : { caseId, ...rest };
}

/**
 * Metadata as nearly every event has it, checked without the schema, which takes longer than all else about an event. Says
 * yes only where the schema does; where it says nothing, the schema decides.
 */
function usual(value: unknown): EventMetadata | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { caseId, actor, $correlationId, $causationId, schemaVersion, occurredAt } = value as Untrusted;
  if (typeof $correlationId !== 'string' || typeof $causationId !== 'string') return undefined;
  if (typeof schemaVersion !== 'number' || !Number.isSafeInteger(schemaVersion) || schemaVersion <= 0)
    return undefined;
  if (typeof occurredAt !== 'string' || !datetime.test(occurredAt)) return undefined;
  if (typeof actor !== 'object' || actor === null) return undefined;
  const { kind, id } = actor as Untrusted;
  if (kind !== 'person' && kind !== 'system' && kind !== 'model') return undefined;
  if (typeof id !== 'string' || id.length === 0 || id.length > 200) return undefined;
  const rest = {
    actor: { kind, id } as const,
    correlationId: $correlationId,
    causationId: $causationId,
    schemaVersion,
    occurredAt,
  };
  if (caseId === undefined) return rest;
  return typeof caseId === 'string' ? { caseId, ...rest } : undefined;
}

type Untrusted = { readonly [key: string]: unknown };
