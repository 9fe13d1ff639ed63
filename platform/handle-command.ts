import type { Decider } from '#domain/decider';
import type { Actor, DomainEvent } from '#domain/event';
import { type EventStore, EventStoreUnavailableError, WrongRevisionError } from '#platform/event-store';
import { derivedId } from '#platform/ids';
import { retryDelay } from '#platform/retry';
import { withinSpan } from '#platform/telemetry';
import { foldToEnd, forgetFolded } from './folded-streams.ts';

/** Who sends a command, and what it follows from. */
export type CommandContext = {
  /** Makes the command safe to repeat: its events' ids are derived from it. */
  readonly commandId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string;
  /** The actor's clock, ISO 8601 UTC. */
  readonly occurredAt: string;
  readonly caseId?: string;
};

export type Handled<State> = {
  /** The state after the command. */
  readonly state: State;
  /** The log position the command reached: of its events, or of those that had made it needless. */
  readonly position: bigint;
  /** How many events it led to. */
  readonly written: number;
  /** True if this very command had been handled before. */
  readonly repeated: boolean;
};

/** Two people at the same moment are common, twenty in a row are a fault. */
const maxAttempts = 20;

/**
 * Folds a stream, of a long one only what it has not folded yet (`folded-streams.ts`), decides, and appends at the
 * revision folded; folds and decides anew when somebody else was faster or
 * the log was away for a moment. A command that was handled before (the same `commandId`) changes nothing.
 *
 * @throws {RuleViolation} what the decider refused
 * @throws {EventStoreUnavailableError} if the log stays away
 */
export function handleCommand<State, Command extends { readonly type: string }, Event extends DomainEvent>(
  store: EventStore,
  decider: Decider<State, Command, Event>,
  stream: string,
  command: Command,
  context: CommandContext,
): Promise<Handled<State>> {
  const attributes = { 'casefold.command_id': context.commandId, 'casefold.stream': stream };
  return withinSpan(`handle ${command.type}`, context.correlationId, attributes, () =>
    handleUntilDone(store, decider, stream, command, context),
  );
}

async function handleUntilDone<State, Command, Event extends DomainEvent>(
  store: EventStore,
  decider: Decider<State, Command, Event>,
  stream: string,
  command: Command,
  context: CommandContext,
): Promise<Handled<State>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await handleOnce(store, decider, stream, command, context);
    } catch (error) {
      const raced = error instanceof WrongRevisionError;
      if (raced) forgetFolded(store, stream);
      if (attempt === maxAttempts || !(raced || error instanceof EventStoreUnavailableError)) throw error;
      if (!raced && attempt >= 6) throw error;
      await retryDelay(raced ? 1 : attempt);
    }
  }
}

async function handleOnce<State, Command, Event extends DomainEvent>(
  store: EventStore,
  decider: Decider<State, Command, Event>,
  stream: string,
  command: Command,
  context: CommandContext,
): Promise<Handled<State>> {
  const { commandId, ...metadata } = context;
  const eventId = (index: number) => derivedId('event', commandId, stream, String(index));
  const firstId = eventId(0);

  const { state, revision, position, positionOf } = await foldToEnd<State, Event>(store, decider, stream);
  const handledAt = positionOf(firstId);
  if (handledAt !== undefined) return { state, position: handledAt, written: 0, repeated: true };

  const decided = decider.decide(command, state);
  if (decided.length === 0) {
    return {
      state,
      position: position >= 0n ? position : await store.headPosition(),
      written: 0,
      repeated: false,
    };
  }
  const appended = await store.append(
    stream,
    decided.map((event, index) => ({ ...event, id: eventId(index), metadata })),
    revision ?? 'no-stream',
  );
  return {
    state: decided.reduce((current, event) => decider.evolve(current, event), state),
    position: appended.position,
    written: decided.length,
    repeated: false,
  };
}

/** The state of a stream now, for a check before a command on another stream. */
export async function foldStream<State, Event extends DomainEvent>(
  store: EventStore,
  decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
  stream: string,
): Promise<State> {
  return (await foldToEnd(store, decider, stream)).state;
}
