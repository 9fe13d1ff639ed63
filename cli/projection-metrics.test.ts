import { Registry } from 'prom-client';
import { beforeEach, expect, test } from 'vitest';
import type { ProjectionStatus, RebuildNews } from '#projections/runner/status';
import { parsePrometheusText } from '#tests/support/prometheus-text';
import { registerProjectionMetrics } from './projection-metrics.ts';

const status: ProjectionStatus = {
  name: 'document-list',
  version: 2,
  sink: 'postgres',
  generation: 3,
  partition: 0,
  partitions: 2,
  state: 'running',
  position: '1234',
  head: '1300',
  lagEvents: 7,
  lagSeconds: 0.25,
  applied: 900,
  rate: 12.5,
  batchSeconds: { p50: 0.004, p99: 0.02 },
  parked: 1,
  worker: 'host-a "1"',
  generations: [],
};
const rebuild: RebuildNews['rebuild'] = {
  rebuildId: 'r',
  generation: 4,
  purpose: 'rebuild',
  phase: 'scanning',
  paused: false,
  progress: 0.5,
  position: '600',
  eventsRead: 600,
  eventsApplied: 400,
  rate: 50_000,
  remainingSeconds: 12,
};

let statuses: ProjectionStatus[];
let rebuilds: RebuildNews[];
const registry = new Registry();
registerProjectionMetrics(
  registry,
  () => statuses,
  () => rebuilds,
);
beforeEach(() => {
  statuses = [];
  rebuilds = [];
});
async function scrape() {
  const families = parsePrometheusText(await registry.metrics());
  const values = (name: string, labels: Record<string, string> = {}) =>
    (families.get(name)?.samples ?? [])
      .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .map(({ value }) => value);
  return { families, values };
}

test('each partition tells where it is, how far behind, and who runs it', async () => {
  statuses = [status, { ...status, partition: 1, position: '-1', state: 'retrying', applied: 0 }];
  const { values } = await scrape();
  const first = { projection: 'document-list', partition: '0' };
  const expected: [string, Record<string, string>, number][] = [
    ['position', first, 1234],
    ['position', { partition: '1' }, -1],
    ['lag_events', first, 7],
    ['lag_seconds', first, 0.25],
    ['events_applied_total', first, 900],
    ['events_applied_total', { partition: '1' }, 0],
    ['events_per_second', first, 12.5],
    ['batch_p50_seconds', first, 0.004],
    ['batch_p99_seconds', first, 0.02],
    ['parked_events', first, 1],
    ['generation', first, 3],
    ['state', { ...first, state: 'running' }, 1],
    ['state', { ...first, state: 'retrying' }, 0],
    ['state', { partition: '1', state: 'retrying' }, 1],
    ['lease_info', { ...first, worker: 'host-a "1"' }, 1],
  ];
  for (const [name, labels, value] of expected)
    expect([name, labels, values(`casefold_projection_${name}`, labels)]).toEqual([name, labels, [value]]);
  // Exactly one state at a time, whatever it is.
  for (const partition of ['0', '1']) {
    const states = values('casefold_projection_state', { partition });
    expect(states.reduce((sum, value) => sum + value, 0)).toBe(1);
  }
});

test('a rebuild is told of by the worker that is at it, though others run the projection', async () => {
  rebuilds = [{ projection: 'document-list', rebuild }];
  const { values } = await scrape();
  const of = (name: string, labels = {}) => values(`casefold_projection_rebuild_${name}`, labels);
  expect([of('progress_ratio'), of('remaining_seconds'), of('events_per_second')]).toEqual([
    [0.5],
    [12],
    [50_000],
  ]);
  expect([of('generation'), of('paused'), of('phase', { phase: 'scanning' })]).toEqual([[4], [0], [1]]);
  expect(of('phase').reduce((sum, value) => sum + value, 0)).toBe(1);
});

test('what is over or elsewhere is gone with the next scrape, and what cannot be told is absent', async () => {
  const { remainingSeconds: _, ...unknown } = rebuild;
  statuses = [status];
  rebuilds = [{ projection: 'document-list', rebuild: unknown }];
  expect((await scrape()).values('casefold_projection_rebuild_remaining_seconds')).toEqual([]);
  const { batchSeconds: __, ...idle } = status;
  statuses = [idle];
  rebuilds = [];
  const later = await scrape();
  expect(later.values('casefold_projection_rebuild_progress_ratio')).toEqual([]);
  expect(later.values('casefold_projection_batch_p99_seconds')).toEqual([]);
  expect(later.values('casefold_projection_position')).toEqual([1234]);
  statuses = [];
  const { families } = await scrape();
  expect([...families.values()].flatMap(({ samples }) => samples)).toEqual([]);
});

test('names and types are those of Prometheus: base units, and a total is a counter', async () => {
  statuses = [status];
  rebuilds = [{ projection: 'document-list', rebuild }];
  const { families } = await scrape();
  expect(families.size).toBeGreaterThan(10);
  for (const [name, { type, help, samples }] of families) {
    // Kept for summaries and histograms.
    expect(samples.flatMap(({ labels }) => Object.keys(labels))).not.toContain('quantile');
    expect([name, type]).toEqual([name, name.endsWith('_total') ? 'counter' : 'gauge']);
    expect(name).toMatch(/^casefold_projection_[a-z][a-z0-9_]+$/);
    expect(name).not.toMatch(/milli|percent|_ms|_count$|_sum$/);
    expect(help).not.toBe('');
    expect(samples.length).toBeGreaterThan(0);
  }
});
