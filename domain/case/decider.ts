import { type Decider, RuleViolation } from '../decider.ts';
import type { CaseCommand } from './commands.ts';
import type { CaseEvent } from './events.ts';
import { evolveMerged, type MergedEntities, mergeEntities } from './merged-entities.ts';

type OpenCaseState = { readonly status: 'open'; readonly name: string; readonly merged: MergedEntities };
export type CaseState = { readonly status: 'unknown' } | OpenCaseState;

export const caseStream = (caseId: string) => `case-${caseId}`;

const decide = (command: CaseCommand, state: CaseState): readonly CaseEvent[] => {
  const { caseId } = command;
  if (command.type === 'OpenCase') {
    if (state.status === 'unknown') return [{ type: 'CaseOpened', data: { caseId, name: command.name } }];
    if (state.name === command.name) return [];
    throw new RuleViolation(
      'conflict',
      'case-exists',
      `There is a case with this id already: "${state.name}".`,
    );
  }
  requireOpen(state, caseId);
  switch (command.type) {
    case 'RenameCase': {
      const { name } = command;
      return state.name === name ? [] : [{ type: 'CaseRenamed', data: { caseId, name } }];
    }
    case 'MergeEntities':
      return mergeEntities(command, state.merged);
    case 'SplitEntity': {
      const { entityId } = command;
      const from = state.merged.get(entityId);
      return from === undefined ? [] : [{ type: 'EntitySplit', data: { caseId, entityId, from } }];
    }
  }
};

/** @throws {RuleViolation} `not-found` unless the case has been opened */
export function requireOpen(state: CaseState, caseId: string): asserts state is OpenCaseState {
  if (state.status !== 'open')
    throw new RuleViolation('not-found', 'case-unknown', `There is no case ${caseId}.`);
}

function evolve(state: CaseState, event: CaseEvent): CaseState {
  const merged = state.status === 'open' ? state.merged : new Map<string, string>();
  if (event.type === 'CaseOpened' || event.type === 'CaseRenamed')
    return { status: 'open', name: event.data.name, merged };
  return state.status === 'open' ? { ...state, merged: evolveMerged(merged, event) } : state;
}

export const caseDecider: Decider<CaseState, CaseCommand, CaseEvent> = {
  initialState: { status: 'unknown' },
  evolve,
  decide,
};
