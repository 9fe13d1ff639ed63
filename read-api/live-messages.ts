import { type CaseEvent, caseEvents } from '#domain/case/events';
import { type DocumentEvent, documentEvents } from '#domain/document/events';
import { type DocumentStage, documentStages, nextStage } from '#domain/document/lifecycle';
import type { RecordedEvent } from '#domain/event';
import { type InsightEvent, insightEvents } from '#domain/insight/events';
import { type NotificationEvent, notificationEvents } from '#domain/notification/events';
import { type QuestionEvent, questionEvents } from '#domain/question/events';
import { type RecommendationEvent, recommendationEvents } from '#domain/recommendation/events';
import { type ReportEvent, reportEvents } from '#domain/report/events';
import { type UserEvent, userEvents } from '#domain/user/events';
import type { LiveMessage } from './contract.ts';

/** What concerns one person alone: each says whom, as `userId`. */
const personalEvents = { ...insightEvents, ...recommendationEvents, ...notificationEvents, ...userEvents };
type PersonalEvent = InsightEvent | RecommendationEvent | NotificationEvent | UserEvent;

/** The events that people who watch a case, or are concerned themselves, are told of. */
export const liveEventTypes: readonly string[] = [
  ...Object.keys(caseEvents),
  ...Object.keys(documentEvents),
  ...Object.keys(questionEvents),
  ...Object.keys(reportEvents),
  ...Object.keys(personalEvents),
];

const isCaseEvent = (event: RecordedEvent): event is RecordedEvent<CaseEvent> => event.type in caseEvents;
const isDocumentEvent = (event: RecordedEvent): event is RecordedEvent<DocumentEvent> =>
  event.type in documentEvents;
const isQuestionEvent = (event: RecordedEvent): event is RecordedEvent<QuestionEvent> =>
  event.type in questionEvents;
const isReportEvent = (event: RecordedEvent): event is RecordedEvent<ReportEvent> =>
  event.type in reportEvents;
const isPersonalEvent = (event: RecordedEvent): event is RecordedEvent<PersonalEvent> =>
  event.type in personalEvents;

/** What is told of an event; undefined for one that concerns nobody watching. */
export function messageOf(event: RecordedEvent): Exclude<LiveMessage, { kind: 'hello' }> | undefined {
  const position = String(event.position);
  if (isDocumentEvent(event)) {
    const { caseId, documentId } = event.data;
    const stage = stageAfter(event);
    return { kind: 'document', caseId, documentId, event: event.type, ...(stage && { stage }), position };
  }
  if (isCaseEvent(event)) return { kind: 'case', caseId: event.data.caseId, event: event.type, position };
  if (isQuestionEvent(event)) {
    const { caseId, questionId } = event.data;
    return { kind: 'question', caseId, questionId, event: event.type, position };
  }
  if (isReportEvent(event)) {
    const { caseId, reportId } = event.data;
    return { kind: 'report', caseId, reportId, event: event.type, position };
  }
  if (isPersonalEvent(event)) {
    const { userId } = event.data;
    const { caseId } = event.metadata;
    return { kind: 'personal', userId, event: event.type, ...(caseId && { caseId }), position };
  }
  return undefined;
}

/** The stage an event leads to, from whichever stage takes it; undefined for an event that moves nothing. */
function stageAfter(event: RecordedEvent<DocumentEvent>): DocumentStage | undefined {
  for (const stage of documentStages) {
    const next = nextStage(stage, event);
    if (next !== stage) return next;
  }
  return undefined;
}
