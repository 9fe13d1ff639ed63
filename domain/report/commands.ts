import type { ReportEvent } from './events.ts';

type DataOf<Type extends ReportEvent['type']> = Extract<ReportEvent, { type: Type }>['data'];

export type RequestReport = { readonly type: 'RequestReport' } & DataOf<'ReportRequested'>;
/** Begins a report anew that failed. */
export type RetryReport = { readonly type: 'RetryReport'; readonly userId: string };
/** `Record…` brings back what a model made of the step before, or why it could not. */
export type RecordJourneySummary = { readonly type: 'RecordJourneySummary' } & DataOf<'JourneySummarised'>;
export type RecordReportRecommendations = {
  readonly type: 'RecordReportRecommendations';
} & DataOf<'RecommendationsFormulated'>;
export type RecordReport = { readonly type: 'RecordReport' } & DataOf<'ReportCompleted'>;
export type RecordReportFailure = { readonly type: 'RecordReportFailure' } & DataOf<'ReportFailed'>;

export type ReportCommand =
  | RequestReport
  | RetryReport
  | RecordJourneySummary
  | RecordReportRecommendations
  | RecordReport
  | RecordReportFailure;
