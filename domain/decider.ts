import type { DomainEvent } from './event.ts';

/**
 * The write side of one aggregate, as three pure parts (Chassaing's decider).
 * `decide` answers the events a command leads to (none, if it has already happened) or throws a `RuleViolation`.
 */
export type Decider<State, Command, Event extends DomainEvent> = {
  readonly initialState: State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State): readonly Event[];
};

/** Why a command was refused, in words for the person who sent it. */
export class RuleViolation extends Error {
  override name = 'RuleViolation';
  readonly kind: 'not-found' | 'conflict' | 'invalid';
  /** Stable name of the rule, in kebab case. */
  readonly rule: string;
  constructor(kind: RuleViolation['kind'], rule: string, message: string) {
    super(message);
    this.kind = kind;
    this.rule = rule;
  }
}

/** Folds events into a state. */
export function fold<State, Event extends DomainEvent>(
  decider: Pick<Decider<State, never, Event>, 'initialState' | 'evolve'>,
  events: Iterable<Event>,
): State {
  let state = decider.initialState;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
