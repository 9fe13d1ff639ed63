import type { Logger } from '#platform/log';
import type { OtlpSettings } from './telemetry/otlp-tracer.ts';
import { noTracer, type Tracer } from './telemetry/tracer.ts';

export { currentTrace, withinSpan } from './telemetry/current-span.ts';
export { eventAttributes } from './telemetry/event-spans.ts';
export type { OtlpSettings } from './telemetry/otlp-tracer.ts';
export { parseTraceparent, placeOfEvent, traceIdOf } from './telemetry/span-ids.ts';
export { tracedEventStore } from './telemetry/traced-event-store.ts';
export { type AppliedBatch, noTracer, type SpanCounts, type Tracer } from './telemetry/tracer.ts';

/**
 * The tracer of a process: one that sends spans to the collector of the settings, or without settings one that does
 * nothing, for which not even the SDK is loaded.
 */
export async function createTracer(
  settings: OtlpSettings | undefined,
  roles: readonly string[],
  log: Logger,
): Promise<Tracer> {
  if (!settings) return noTracer;
  const { createOtlpTracer } = await import('./telemetry/otlp-tracer.ts');
  return createOtlpTracer(settings, roles, log);
}
