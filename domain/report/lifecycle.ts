import { setup, transition } from 'xstate';
import type { ReportEvent } from './events.ts';

/** Where a report is on its way: each stage ends with an event that the next one builds on. */
export const reportStages = ['summarising', 'recommending', 'assembling', 'ready', 'failed'] as const;
export type ReportStage = (typeof reportStages)[number];

const failure = { ReportFailed: 'failed' } as const;

/** The one machine of a report's life, shared by the write side, the projections and the web. */
export const reportLifecycle = setup({
  types: { events: {} as { readonly type: ReportEvent['type'] } },
}).createMachine({
  id: 'report',
  initial: 'summarising',
  states: {
    summarising: { on: { ...failure, JourneySummarised: 'recommending' } },
    recommending: { on: { ...failure, RecommendationsFormulated: 'assembling' } },
    assembling: { on: { ...failure, ReportCompleted: 'ready' } },
    ready: {},
    // Asked for again, it begins anew: the case may have moved on.
    failed: { on: { ReportRequested: 'summarising' } },
  },
});

/** The stage after an event; one that means nothing in a stage leaves it as it is. */
export function nextReportStage(stage: ReportStage, event: { readonly type: string }): ReportStage {
  const snapshot = reportLifecycle.resolveState({ value: stage });
  const [{ value }] = transition(reportLifecycle, snapshot, event as { type: ReportEvent['type'] });
  return value;
}

/** How far along, as a share of the whole way in [0, 1]. */
export const reportProgress: Readonly<Record<ReportStage, number>> = {
  summarising: 0,
  recommending: 0.4,
  assembling: 0.7,
  ready: 1,
  failed: 1,
};
