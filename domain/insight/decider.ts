import type { Decider } from '../decider.ts';
import type { InsightEvent } from './events.ts';

type DataOf<Type extends InsightEvent['type']> = Extract<InsightEvent, { type: Type }>['data'];

/** `since`: what the window was chosen by. Somebody who was faster has moved it on, and this one says nothing new. */
type Chosen = { readonly since: string | undefined };

export type RecordBehaviourAnalysis = Chosen & {
  readonly type: 'RecordBehaviourAnalysis';
  readonly analysis: DataOf<'BehaviourAnalysed'>;
};
export type RecordAnalysisFailure = Chosen & {
  readonly type: 'RecordAnalysisFailure';
  readonly failure: DataOf<'BehaviourAnalysisFailed'>;
};
export type InsightCommand = RecordBehaviourAnalysis | RecordAnalysisFailure;

/** Of each case: the person's clock at the end of what was last looked at. */
export type InsightState = { readonly lookedAtTo: ReadonlyMap<string, string> };

export const insightStream = (userId: string) => `insight-${userId}`;

/** The end of what was looked at of a case; undefined if it never was. */
export const lookedAtTo = ({ lookedAtTo: ends }: InsightState, caseId: string | undefined) =>
  ends.get(caseId ?? '');

export const insightDecider: Decider<InsightState, InsightCommand, InsightEvent> = {
  initialState: { lookedAtTo: new Map() },
  evolve: (state, { data: { caseId, window } }) => ({
    lookedAtTo: new Map(state.lookedAtTo).set(caseId ?? '', window.to),
  }),
  decide(command, state) {
    const data = command.type === 'RecordBehaviourAnalysis' ? command.analysis : command.failure;
    const end = lookedAtTo(state, data.caseId);
    if (end !== command.since) return [];
    if (end !== undefined && Date.parse(data.window.to) <= Date.parse(end)) return [];
    return command.type === 'RecordBehaviourAnalysis'
      ? [{ type: 'BehaviourAnalysed', data: command.analysis }]
      : [{ type: 'BehaviourAnalysisFailed', data: command.failure }];
  },
};
