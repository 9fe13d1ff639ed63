import { type CaseEvent, caseEvents } from '#domain/case/events';
import { type DocumentEvent, documentEvents } from '#domain/document/events';
import { type DocumentStage, documentStages, nextStage } from '#domain/document/lifecycle';
import type { RecordedEvent } from '#domain/event';
import type { LiveMessage } from './contract.ts';

/** The events that people who watch a case are told of. */
export const liveEventTypes: readonly string[] = [...Object.keys(caseEvents), ...Object.keys(documentEvents)];

const isCaseEvent = (event: RecordedEvent): event is RecordedEvent<CaseEvent> => event.type in caseEvents;
const isDocumentEvent = (event: RecordedEvent): event is RecordedEvent<DocumentEvent> =>
  event.type in documentEvents;

/** What is told of an event; undefined for one that concerns nobody watching. */
export function messageOf(event: RecordedEvent): Extract<LiveMessage, { caseId: string }> | undefined {
  const position = String(event.position);
  if (isDocumentEvent(event)) {
    const { caseId, documentId } = event.data;
    const stage = stageAfter(event);
    return { kind: 'document', caseId, documentId, event: event.type, ...(stage && { stage }), position };
  }
  if (isCaseEvent(event)) return { kind: 'case', caseId: event.data.caseId, event: event.type, position };
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
