import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { SamplingDecision, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '#platform/log';
import { boundedExport } from './bounded-export.ts';
import { runWithin } from './current-span.ts';
import { createEventSpans } from './event-spans.ts';
import type { SpanPlace } from './span-ids.ts';
import type { SpanOptions, SpanRecorder, Tracer } from './tracer.ts';

export type OtlpSettings = {
  /** Of the collector, without `/v1/traces`. */
  readonly endpoint: string;
  /** Sent with each export: a key, for instance. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** The share of traces that is kept, from 0 to 1; every process decides alike about a trace. */
  readonly sampleRatio: number;
};

/** A few megabytes. */
const mostSpansInMemory = 4096;
const exportTimeoutMs = 10_000;
/** Traces are no reason to hold up a stop. */
const closeTimeoutMs = 1000;

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * A tracer that sends spans to an OpenTelemetry collector (OTLP over HTTP). Trace ids are given, span ids may be: spans
 * of different processes find each other by what is in the log alone.
 */
export function createOtlpTracer(settings: OtlpSettings, roles: readonly string[], log: Logger): Tracer {
  const { endpoint, headers, serviceName, sampleRatio } = settings;
  let away = false;
  const exporting = boundedExport(
    new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers, timeoutMillis: exportTimeoutMs }),
    mostSpansInMemory,
    (error) => {
      if (error && !away) log.warn({ reason: error.message }, 'traces do not get to the collector');
      if (!error && away) log.info(exporting.counts(), 'traces get to the collector again');
      away = error !== undefined;
    },
  );
  // By the trace's id and nothing else, so that a trace is kept whole without anyone telling anyone.
  const sampler = new TraceIdRatioBasedSampler(sampleRatio);
  const ids = chosenIds();
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': serviceName,
        'service.version': version,
        'service.instance.id': randomUUID(),
        'casefold.roles': [...roles],
      }),
    ),
    sampler,
    idGenerator: ids,
    spanProcessors: [exporting.processor],
  });
  const tracer = provider.getTracer('casefold', version);

  function start(name: string, options: SpanOptions, startTime?: number): Span {
    const { parent, id, kind = 'internal', attributes = {}, links = [] } = options;
    ids.choose(parent.traceId, id);
    const context = parent.spanId === undefined ? ROOT_CONTEXT : contextAt(parent as Required<SpanPlace>);
    return tracer.startSpan(
      name,
      {
        kind: kinds[kind],
        attributes: { ...attributes },
        links: links.map((place) => ({ context: { ...place, traceFlags: TraceFlags.SAMPLED } })),
        ...(startTime !== undefined && { startTime }),
      },
      context,
    );
  }

  const recorder: SpanRecorder = {
    async span(name, options, work) {
      const span = start(name, options);
      const fail = (type: string) =>
        void span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
      const open = {
        rename: (to: string) => void span.updateName(to),
        set: (attributes: Readonly<Record<string, string | number | boolean>>) =>
          void span.setAttributes({ ...attributes }),
        fail,
      };
      const { traceId, spanId } = span.spanContext();
      try {
        return await runWithin(recorder, { traceId, spanId }, () => work(open));
      } catch (error) {
        fail(error instanceof Error ? error.name : 'unknown');
        throw error;
      } finally {
        span.end();
      }
    },
    record(name, options, { startedAt, seconds }) {
      start(name, options, startedAt).end(startedAt + seconds * 1000);
    },
    keeps: (traceId) =>
      sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED,
  };

  return {
    ...recorder,
    ...createEventSpans(recorder),
    counts: exporting.counts,
    async close() {
      const waited = new AbortController();
      await Promise.race([
        // An export that fails has been told of already.
        provider.shutdown().catch(() => {}),
        delay(closeTimeoutMs, undefined, { signal: waited.signal }).catch(() => {}),
      ]);
      waited.abort();
      const unsent = exporting.waiting();
      if (unsent > 0) log.warn({ spans: unsent }, 'the last spans were not sent: the collector is away');
    },
  };
}

const contextAt = (place: Required<SpanPlace>): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { ...place, traceFlags: TraceFlags.SAMPLED });

/** The SDK asks for ids when a span starts: it is given those that were chosen just before, or random ones. */
function chosenIds() {
  let traceId: string | undefined;
  let spanId: string | undefined;
  return {
    choose(trace: string, span: string | undefined) {
      traceId = trace;
      spanId = span;
    },
    generateTraceId: () => traceId ?? randomBytes(16).toString('hex'),
    generateSpanId: () => spanId ?? randomBytes(8).toString('hex'),
  };
}
