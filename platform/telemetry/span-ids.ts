import { hash } from 'node:crypto';

/**
 * A place in a trace (W3C Trace Context): the trace's 128 bits and a span's 64 in lowercase hexadecimal. Without a span
 * it is the trace's root.
 */
export type SpanPlace = { readonly traceId: string; readonly spanId?: string };

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const onlyZeros = /^0+$/;

/** The 128 bits of a UUID in hexadecimal; of anything else, a hash. Never zeros, which mean "none" in a trace. */
function bitsOf(id: string): string {
  const bits = uuid.test(id) ? id.replaceAll('-', '').toLowerCase() : undefined;
  return bits === undefined || onlyZeros.test(bits.slice(16)) ? hash('sha256', id).slice(0, 32) : bits;
}

/** The trace of a correlation id: the UUID that it is, so that a person who has one finds the other. */
export const traceIdOf = (correlationId: string): string => bitsOf(correlationId);

/**
 * The span under which an event was appended: the second half of the event's id. Whoever sees the event can tell it, so
 * no context has to travel through the log.
 */
export const spanIdOfEvent = (eventId: string): string => bitsOf(eventId).slice(16);

/** Where in its trace an event was appended: what is done about the event goes under it. */
export const placeOfEvent = (event: {
  readonly id: string;
  readonly metadata: { readonly correlationId: string };
}): Required<SpanPlace> => ({
  traceId: traceIdOf(event.metadata.correlationId),
  spanId: spanIdOfEvent(event.id),
});

/** The `traceparent` of W3C Trace Context, level 1. */
export const formatTraceparent = ({ traceId, spanId }: Required<SpanPlace>): string =>
  `00-${traceId}-${spanId}-01`;

/** The place that a `traceparent` names; undefined for anything else. */
export function parseTraceparent(text: string | undefined): Required<SpanPlace> | undefined {
  const [, traceId, spanId] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(text ?? '') ?? [];
  if (!traceId || !spanId || onlyZeros.test(traceId) || onlyZeros.test(spanId)) return undefined;
  return { traceId, spanId };
}
