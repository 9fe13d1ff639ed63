import { z } from 'zod';

/** Who did it: a person, a part of the system, or a model. */
export const actorSchema = z.object({
  kind: z.enum(['person', 'system', 'model']),
  id: z.string().min(1).max(200),
});
export type Actor = z.infer<typeof actorSchema>;

/**
 * What every event carries beside its data.
 *
 * `occurredAt` is the actor's clock (ISO 8601, UTC); the log's own receipt time is kept apart as `created`.
 * `correlationId` joins everything one person's action set off; `causationId` is the id of the event or command that
 * led directly to this one.
 */
export const eventMetadataSchema = z.object({
  caseId: z.string().optional(),
  actor: actorSchema,
  correlationId: z.string(),
  causationId: z.string(),
  schemaVersion: z.number().int().positive(),
  occurredAt: z.iso.datetime(),
});
export type EventMetadata = z.infer<typeof eventMetadataSchema>;

/** An event as the domain knows it: a name that never changes, and data. */
export type DomainEvent<Type extends string = string, Data = unknown> = {
  readonly type: Type;
  readonly data: Data;
};

/** An event as the log gives it back, always in the newest version of its shape. */
export type RecordedEvent<Event extends DomainEvent = DomainEvent> = Event & {
  readonly id: string;
  readonly stream: string;
  /** Number of the event in its stream, from 0. */
  readonly revision: bigint;
  /** Place of the event in the whole log; grows, with gaps. */
  readonly position: bigint;
  /** Receipt time: when the log took it. */
  readonly created: Date;
  readonly metadata: EventMetadata;
};

/** What stands behind one event type: the newest schema, its version, and the way up from each older version. */
export type EventDefinition<Data = unknown> = {
  readonly version: number;
  readonly schema: z.ZodType<Data>;
  /** `upcasters[n]` turns data of version n into version n + 1. */
  readonly upcasters?: Readonly<Record<number, (data: unknown) => unknown>>;
};

export type EventDefinitions = Readonly<Record<string, EventDefinition>>;

/** The union of events that a set of definitions describes. */
export type EventsOf<Definitions extends EventDefinitions> = {
  [Type in keyof Definitions & string]: DomainEvent<Type, z.infer<Definitions[Type]['schema']>>;
}[keyof Definitions & string];

/**
 * Brings an event's data up to the newest version of its shape.
 *
 * @param data as it was written under `schemaVersion`
 * @throws {Error} if the version is newer than this code knows, or a step is missing
 */
export function upcast(
  type: string,
  definition: EventDefinition,
  data: unknown,
  schemaVersion: number,
): unknown {
  if (schemaVersion > definition.version) {
    throw new Error(
      `${type} was written as version ${schemaVersion}; this Casefold knows it up to ${definition.version}. Upgrade Casefold.`,
    );
  }
  let current = data;
  for (let version = schemaVersion; version < definition.version; version++) {
    const step = definition.upcasters?.[version];
    if (!step) throw new Error(`${type} has no upcaster from version ${version}.`);
    current = step(current);
  }
  return current;
}
