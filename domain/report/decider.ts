import { type Decider, RuleViolation } from '../decider.ts';
import type { ReportCommand } from './commands.ts';
import type { ReportEvent } from './events.ts';
import { nextReportStage, type ReportStage } from './lifecycle.ts';

type DataOf<Type extends ReportEvent['type']> = Extract<ReportEvent, { type: Type }>['data'];

export type KnownReport = {
  readonly stage: ReportStage;
  readonly reportId: string;
  readonly caseId: string;
  /** Of the newest request, once they are there. */
  readonly summarised?: DataOf<'JourneySummarised'>;
  readonly recommended?: DataOf<'RecommendationsFormulated'>;
};
export type ReportState = { readonly stage: 'unknown' } | KnownReport;

export const reportStream = (reportId: string) => `report-${reportId}`;

const initialState: ReportState = { stage: 'unknown' };

function evolve(state: ReportState, event: ReportEvent): ReportState {
  if (event.type === 'ReportRequested') {
    const { reportId, caseId } = event.data;
    return state.stage === 'unknown' || state.stage === 'failed'
      ? { stage: 'summarising', reportId, caseId }
      : state;
  }
  if (state.stage === 'unknown') return state;
  const moved = { ...state, stage: nextReportStage(state.stage, event) };
  switch (event.type) {
    case 'JourneySummarised':
      return { ...moved, summarised: event.data };
    case 'RecommendationsFormulated':
      return { ...moved, recommended: event.data };
    default:
      return moved;
  }
}

function decide(command: ReportCommand, state: ReportState): readonly ReportEvent[] {
  if (command.type === 'RequestReport') {
    const { type: _, ...data } = command;
    return state.stage === 'unknown' ? [{ type: 'ReportRequested', data }] : [];
  }
  if (state.stage === 'unknown') {
    throw new RuleViolation('not-found', 'report-unknown', 'There is no such report.');
  }
  if (command.type === 'RetryReport') {
    if (state.stage === 'ready') {
      throw new RuleViolation('conflict', 'report-ready', 'The report is ready. Generate another one.');
    }
    const { reportId, caseId } = state;
    const requested: ReportEvent = {
      type: 'ReportRequested',
      data: { reportId, caseId, userId: command.userId },
    };
    return state.stage === 'failed' ? [requested] : [];
  }
  const { type, ...data } = command;
  const event = { type: recordedAs[type], data } as ReportEvent;
  // A step that comes late (another worker was faster, or the report has failed meanwhile) changes nothing.
  return nextReportStage(state.stage, event) === state.stage ? [] : [event];
}

const recordedAs = {
  RecordJourneySummary: 'JourneySummarised',
  RecordReportRecommendations: 'RecommendationsFormulated',
  RecordReport: 'ReportCompleted',
  RecordReportFailure: 'ReportFailed',
} as const;

export const reportDecider: Decider<ReportState, ReportCommand, ReportEvent> = {
  initialState,
  evolve,
  decide,
};
