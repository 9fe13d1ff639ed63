import { type DocumentEvent, documentEvents } from '#domain/document/events';
import { nextStage } from '#domain/document/lifecycle';
import type { RecordedEvent } from '#domain/event';
import { type QuestionEvent, questionEvents } from '#domain/question/events';
import { nextQuestionStage } from '#domain/question/lifecycle';
import type { ReportEvent } from '#domain/report/events';
import { nextReportStage } from '#domain/report/lifecycle';
import type { DocumentJob, JobRecord, QuestionJob, ReportJob } from './keys.ts';

export type JobEvent = RecordedEvent<DocumentEvent | QuestionEvent | ReportEvent>;

/** A job has the id of what it is about. */
export function jobIdOf(event: JobEvent): string {
  if (isDocument(event)) return event.data.documentId;
  return isQuestion(event) ? event.data.questionId : (event as RecordedEvent<ReportEvent>).data.reportId;
}

/** A job after an event; undefined for one that was never begun. */
export function foldJob(before: JobRecord | undefined, event: JobEvent): JobRecord | undefined {
  if (isDocument(event)) return foldDocument(before?.kind === 'document' ? before : undefined, event);
  if (isQuestion(event)) return foldQuestion(before?.kind === 'question' ? before : undefined, event);
  return foldReport(before?.kind === 'report' ? before : undefined, event as RecordedEvent<ReportEvent>);
}

function foldDocument(
  job: DocumentJob | undefined,
  event: RecordedEvent<DocumentEvent>,
): DocumentJob | undefined {
  const lastPosition = String(event.position);
  if (event.type === 'DocumentUploaded') {
    const { documentId, caseId, fileName } = event.data;
    const ids = { jobId: documentId, kind: 'document', documentId, caseId } as const;
    return { ...ids, fileName, stage: 'received', lastPosition };
  }
  if (!job) return undefined;
  const { error, ...rest } = job;
  const stage = nextStage(job.stage, event);
  if (event.type === 'DocumentProcessingFailed') {
    const { stage: failedStage, reason, message } = event.data;
    return { ...rest, stage, error: { stage: failedStage, reason, message }, lastPosition };
  }
  // What went wrong stays to be seen until the document moves on.
  return { ...rest, ...(error && stage === job.stage && { error }), stage, lastPosition };
}

function foldQuestion(
  job: QuestionJob | undefined,
  event: RecordedEvent<QuestionEvent>,
): QuestionJob | undefined {
  const lastPosition = String(event.position);
  if (event.type === 'QuestionAsked') {
    const { questionId, caseId } = event.data;
    return { jobId: questionId, kind: 'question', caseId, stage: 'received', lastPosition };
  }
  return job && { ...job, stage: nextQuestionStage(job.stage, event), ...failedIn(job, event), lastPosition };
}

function foldReport(job: ReportJob | undefined, event: RecordedEvent<ReportEvent>): ReportJob | undefined {
  const lastPosition = String(event.position);
  if (event.type === 'ReportRequested') {
    const { reportId, caseId } = event.data;
    return { jobId: reportId, kind: 'report', caseId, stage: 'summarising', lastPosition };
  }
  return job && { ...job, stage: nextReportStage(job.stage, event), ...failedIn(job, event), lastPosition };
}

function failedIn({ stage }: { readonly stage: string }, event: RecordedEvent<QuestionEvent | ReportEvent>) {
  if (event.type !== 'QuestionFailed' && event.type !== 'ReportFailed') return {};
  const { reason, message } = event.data;
  return { error: { stage, reason, message } };
}

const isDocument = (event: JobEvent): event is RecordedEvent<DocumentEvent> => event.type in documentEvents;
const isQuestion = (event: JobEvent): event is RecordedEvent<QuestionEvent> => event.type in questionEvents;
