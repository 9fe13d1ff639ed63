import { type Decider, RuleViolation } from '../decider.ts';
import type { CaseCommand } from './commands.ts';
import type { CaseEvent } from './events.ts';

export type CaseState = { readonly status: 'unknown' } | { readonly status: 'open'; readonly name: string };

export const caseStream = (caseId: string) => `case-${caseId}`;

const decide = (command: CaseCommand, state: CaseState): readonly CaseEvent[] => {
  const { caseId, name } = command;
  switch (command.type) {
    case 'OpenCase':
      if (state.status === 'open') {
        if (state.name === name) return [];
        throw new RuleViolation(
          'conflict',
          'case-exists',
          `There is a case with this id already: "${state.name}".`,
        );
      }
      return [{ type: 'CaseOpened', data: { caseId, name } }];
    case 'RenameCase':
      requireOpen(state, caseId);
      return state.status === 'open' && state.name === name
        ? []
        : [{ type: 'CaseRenamed', data: { caseId, name } }];
  }
};

/** @throws {RuleViolation} `not-found` unless the case has been opened */
export function requireOpen(state: CaseState, caseId: string): void {
  if (state.status !== 'open')
    throw new RuleViolation('not-found', 'case-unknown', `There is no case ${caseId}.`);
}

export const caseDecider: Decider<CaseState, CaseCommand, CaseEvent> = {
  initialState: { status: 'unknown' },
  evolve: (state, event) => ('name' in event.data ? { status: 'open', name: event.data.name } : state),
  decide,
};
