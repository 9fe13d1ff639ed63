import { RuleViolation } from '#domain/decider';
import type { ProjectionCommand } from '#domain/projection/commands';
import { projectionDecider, projectionStream } from '#domain/projection/decider';
import type { ProjectionEvent } from '#domain/projection/events';
import type { EventStore } from '#platform/event-store';
import { type CommandContext, type Handled, handleCommand } from '#platform/handle-command';

/** A projection as the write side knows it. */
export type KnownProjection = {
  readonly name: string;
  /** Whether a generation of it may be split by stream. */
  readonly partitionable: boolean;
  /** The models it can be made by, where there is a choice. */
  readonly models?: readonly string[];
};

/** An event that a projection has put aside. */
export type ParkedReference = {
  readonly stream: string;
  readonly eventId: string;
  readonly type: string;
};

/** What the commands about projections work with. */
export type ProjectionCommandPorts = {
  readonly store: EventStore;
  /** Every projection that this Casefold has, whoever runs it. */
  readonly projections: readonly KnownProjection[];
  /** The event that a projection has parked, in its live generation, from a position of the log. */
  findParked(projection: string, position: bigint): Promise<ParkedReference | undefined>;
};

/** @throws {RuleViolation} not-found, naming the projections there are */
export function requireProjection(projections: readonly KnownProjection[], name: string): KnownProjection {
  const found = projections.find((each) => each.name === name);
  if (found) return found;
  const names = projections.map((each) => each.name).toSorted();
  throw new RuleViolation(
    'not-found',
    'projection-unknown',
    `There is no projection ${name}. There are: ${names.join(', ')}.`,
  );
}

/**
 * Decides on a command about a projection.
 *
 * @throws {RuleViolation} where the projection is unknown or the decider refuses
 */
export function handleProjectionCommand(
  { store, projections }: ProjectionCommandPorts,
  command: ProjectionCommand,
  context: CommandContext,
): Promise<Handled<unknown>> {
  const { name, partitionable, models } = requireProjection(projections, command.projection);
  if (command.type === 'RequestRebuild' && (command.partitions ?? 1) > 1 && !partitionable) {
    throw new RuleViolation(
      'invalid',
      'not-partitionable',
      `${name} cannot be split: events of several streams shape its entries. Leave "partitions" out.`,
    );
  }
  if (command.type === 'RequestRebuild' && command.model && !models?.includes(command.model)) {
    throw new RuleViolation(
      'invalid',
      'no-such-model',
      models
        ? `${name} cannot be made by ${command.model}. There are: ${models.join(', ')}.`
        : `No model makes ${name}. Leave "model" out.`,
    );
  }
  return handleCommand(store, projectionDecider, projectionStream(name), command, context);
}

/**
 * What a skip passes over: the parked event, or, when the skip has been decided already, the event it named then. So a
 * request that is sent again is answered as the first time, although nothing is parked any more.
 *
 * @throws {RuleViolation} not-found, if nothing is parked at that position
 */
export async function findSkippable(
  { store, projections, findParked }: ProjectionCommandPorts,
  name: string,
  position: string,
): Promise<ParkedReference> {
  requireProjection(projections, name);
  for await (const recorded of store.readStream(projectionStream(name))) {
    const event = recorded as unknown as ProjectionEvent;
    if (event.type === 'ParkedEventSkipped' && event.data.position === position) return event.data;
  }
  const parked = await findParked(name, BigInt(position));
  if (parked) return parked;
  throw new RuleViolation(
    'not-found',
    'not-parked',
    `${name} has parked no event from position ${position}. GET /api/projections/${name}/parked tells those it has.`,
  );
}
