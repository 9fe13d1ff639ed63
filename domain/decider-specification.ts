import { type Decider, fold } from './decider.ts';
import type { DomainEvent } from './event.ts';

/**
 * A decider's specification: `given(events).when(command)` answers the events it decides on, or throws.
 * Deciding the same command again after its events must lead to nothing: commands are safe to repeat.
 */
export function specificationOf<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
) {
  return {
    given: (...events: Event[]) => ({
      when: (command: Command): readonly Event[] => decider.decide(command, fold(decider, events)),
      whenRepeated: (command: Command): readonly Event[] => {
        const decided = decider.decide(command, fold(decider, events));
        return decider.decide(command, fold(decider, [...events, ...decided]));
      },
    }),
  };
}
