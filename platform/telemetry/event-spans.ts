import type { EventMetadata } from '#domain/event';
import { currentPlaceIn } from './current-span.ts';
import { placeOfEvent, type SpanPlace, spanIdOfEvent, traceIdOf } from './span-ids.ts';
import type { Attributes, EventSpans, SpanRecorder } from './tracer.ts';

/** A projection that catches up applies hundreds of events at a time: this many of a batch are shown. */
const mostSpansOfBatch = 64;

type EventFacts = {
  readonly id: string;
  readonly type: string;
  readonly metadata: Omit<EventMetadata, 'schemaVersion'>;
};

/** What a span says about an event, in the messaging conventions where they have a word for it. */
export const eventAttributes = (event: EventFacts, stream: string): Attributes => ({
  'messaging.system': 'eventstoredb',
  'messaging.destination.name': stream,
  'messaging.message.id': event.id,
  'messaging.message.conversation_id': event.metadata.correlationId,
  'casefold.event.type': event.type,
  'casefold.causation_id': event.metadata.causationId,
  ...(event.metadata.caseId && { 'casefold.case_id': event.metadata.caseId }),
});

/** The place of an append: the work going on, else what caused it, else the beginning of the trace. */
function placeOfAppend({ correlationId, causationId }: EventFacts['metadata']): SpanPlace {
  const traceId = traceIdOf(correlationId);
  const within = currentPlaceIn(traceId);
  if (within) return within;
  return causationId === correlationId ? { traceId } : { traceId, spanId: spanIdOfEvent(causationId) };
}

/** The spans of what happens to events, made with any recorder. */
export function createEventSpans({ record, keeps }: SpanRecorder): EventSpans {
  return {
    appended(stream, events, period) {
      for (const event of events) {
        if (!keeps(traceIdOf(event.metadata.correlationId))) continue;
        const attributes = {
          ...eventAttributes(event, stream),
          'messaging.operation.name': 'append',
          'messaging.operation.type': 'send',
        };
        const parent = placeOfAppend(event.metadata);
        const id = spanIdOfEvent(event.id);
        record(`append ${event.type}`, { parent, id, kind: 'producer', attributes }, period);
      }
    },

    applied({ projection, generation, events, ...period }) {
      let shown = 0;
      for (const event of events) {
        if (shown === mostSpansOfBatch) return;
        if (!keeps(traceIdOf(event.metadata.correlationId))) continue;
        const attributes = {
          ...eventAttributes(event, event.stream),
          'messaging.operation.name': 'apply',
          'messaging.operation.type': 'process',
          'messaging.consumer.group.name': projection,
          'messaging.batch.message_count': events.length,
          'casefold.event.position': String(event.position),
          'casefold.projection.generation': generation,
        };
        record(`apply ${projection}`, { parent: placeOfEvent(event), kind: 'consumer', attributes }, period);
        shown++;
      }
    },

    pushed(event, sockets) {
      const attributes = {
        ...eventAttributes(event, event.stream),
        'casefold.event.position': String(event.position),
        'casefold.live.sockets': sockets,
      };
      const options = { parent: placeOfEvent(event), kind: 'consumer', attributes } as const;
      record('push live', options, { startedAt: Date.now(), seconds: 0 });
    },
  };
}
