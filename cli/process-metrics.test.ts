import { expect, test } from 'vitest';
import { parsePrometheusText } from '#tests/support/prometheus-text';
import { createMetrics } from './process-metrics.ts';

test('what a process tells is in the text format, under one prefix, each time anew', async () => {
  let restarts = 0;
  const engine = { name: 'postgres', version: '18', status: 'running', pid: 1, port: 5432 } as const;
  const metrics = createMetrics({
    projections: () => [],
    rebuilds: () => [],
    engines: () => [{ ...engine, url: null, since: new Date(0), restarts }],
    head: () => 41n,
    spans: () => ({ exported: 5, dropped: 2 }),
  });
  const scrape = async () => parsePrometheusText(await metrics.metrics());
  const samples = async (name: string) => (await scrape()).get(name)?.samples;
  expect([...(await scrape()).keys()].filter((name) => !name.startsWith('casefold_'))).toEqual([]);
  expect(await samples('casefold_log_position')).toEqual([{ labels: {}, value: 41 }]);
  expect(await samples('casefold_trace_spans_total')).toEqual([
    { labels: { result: 'exported' }, value: 5 },
    { labels: { result: 'dropped' }, value: 2 },
  ]);
  restarts = 3;
  await scrape();
  expect(await samples('casefold_engine_restarts_total')).toEqual([
    { labels: { engine: 'postgres' }, value: 3 },
  ]);
});
