import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { EngineState } from '#engines/supervisor/engine-spec';
import type { SpanCounts } from '#platform/telemetry';
import type { ProjectionStatus, RebuildNews } from '#projections/runner/status';
import { registerProjectionMetrics } from './projection-metrics.ts';

export type MetricSources = {
  projections(): readonly ProjectionStatus[];
  rebuilds(): readonly RebuildNews[];
  engines(): readonly EngineState[];
  /** Position of the newest event in the log. */
  head(): bigint;
  /** Spans of traces made here. */
  spans(): SpanCounts;
};

/** Prometheus' text format 0.0.4 for one process. */
export function createMetrics(sources: MetricSources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'casefold_' });
  const registers = [registry];
  new Gauge({
    name: 'casefold_log_position',
    help: 'Position of the newest event in the log',
    registers,
    collect() {
      this.set(Number(sources.head()));
    },
  });
  registerProjectionMetrics(registry, sources.projections, sources.rebuilds);
  new Counter({
    name: 'casefold_engine_restarts_total',
    help: 'How often an embedded engine died and was started again',
    labelNames: ['engine'],
    registers,
    collect() {
      this.reset();
      for (const { name, restarts } of sources.engines()) this.inc({ engine: name }, restarts);
    },
  });
  new Counter({
    name: 'casefold_trace_spans_total',
    help: 'Spans of traces that the collector took, and those dropped because it was away or slow',
    labelNames: ['result'],
    registers,
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(sources.spans())) this.inc({ result }, count);
    },
  });
  return registry;
}
