import { AsyncLocalStorage } from 'node:async_hooks';
import { formatTraceparent, type SpanPlace, traceIdOf } from './span-ids.ts';
import type { Attributes, SpanRecorder } from './tracer.ts';

type Current = { readonly recorder: SpanRecorder; readonly place: Required<SpanPlace> };

/** Costs nothing until the first span is made. */
const current = new AsyncLocalStorage<Current>();

/** Runs work so that what it does is known to be part of a span. */
export const runWithin = <Result>(
  recorder: SpanRecorder,
  place: Required<SpanPlace>,
  work: () => Result,
): Result => current.run({ recorder, place }, work);

/** The span that this is part of, if it is in that trace. */
export function currentPlaceIn(traceId: string): Required<SpanPlace> | undefined {
  const place = current.getStore()?.place;
  return place?.traceId === traceId ? place : undefined;
}

/** Where this is in a trace, for a request to another process: `{traceparent}`, or nothing outside of a span. */
export function currentTrace(): { traceparent?: string } {
  const place = current.getStore()?.place;
  return place ? { traceparent: formatTraceparent(place) } : {};
}

/**
 * Runs work as a span under the one it is part of; outside of any it is only run. Work of another correlation id than
 * the span's gets a trace of its own that links to it.
 */
export function withinSpan<Result>(
  name: string,
  correlationId: string,
  attributes: Attributes,
  work: () => Promise<Result>,
): Promise<Result> {
  const within = current.getStore();
  if (!within) return work();
  const traceId = traceIdOf(correlationId);
  const { recorder, place } = within;
  if (place.traceId === traceId) return recorder.span(name, { parent: place, attributes }, work);
  return recorder.span(name, { parent: { traceId }, attributes, links: [place] }, work);
}
