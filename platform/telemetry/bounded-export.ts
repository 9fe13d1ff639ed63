import { TraceFlags } from '@opentelemetry/api';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanCounts } from './tracer.ts';

/** Spans sent together, at the most. */
const batchSize = 512;
/** How long a span waits for others to be sent with it. */
const delayMs = 1000;

export type BoundedExport = {
  readonly processor: SpanProcessor;
  counts(): SpanCounts;
  /** Spans that are neither sent nor given up. */
  waiting(): number;
};

/**
 * Sends spans in batches, with no more than `limit` in memory, those under way included: while the collector is away or
 * slow, what comes on top is dropped and counted, and nobody waits.
 *
 * @param onResult told of each batch: an error, or undefined for one that got there
 */
export function boundedExport(
  exporter: SpanExporter,
  limit: number,
  onResult: (error: Error | undefined) => void,
): BoundedExport {
  let waiting = 0;
  let exported = 0;
  let dropped = 0;

  const counting: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result) => {
        waiting -= spans.length;
        const succeeded = result.code === 0;
        if (succeeded) exported += spans.length;
        else dropped += spans.length;
        onResult(succeeded ? undefined : (result.error ?? new Error('the spans were not taken')));
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({
    exporter: counting,
    // The limit here is the stricter one: it counts spans under way too.
    maxQueueSize: limit,
    maxExportBatchSize: Math.min(batchSize, limit),
    scheduledDelayMillis: delayMs,
  });

  return {
    processor: {
      onStart() {},
      onEnd(span) {
        if (!(span.spanContext().traceFlags & TraceFlags.SAMPLED)) return;
        if (waiting >= limit) {
          dropped++;
          return;
        }
        waiting++;
        batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    },
    counts: () => ({ exported, dropped }),
    waiting: () => waiting,
  };
}
