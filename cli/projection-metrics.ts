import { Counter, Gauge, type Registry } from 'prom-client';
import {
  type ProjectionStatus,
  projectionStatusSchema,
  type RebuildNews,
  type RebuildStatus,
  rebuildStatusSchema,
} from '#projections/runner/status';

type Sample = { readonly labels?: Readonly<Record<string, string>>; readonly value: number };

type Metric<Source> = {
  readonly name: string;
  readonly help: string;
  readonly kind?: 'counter';
  /** Labels beside those that name the source. */
  readonly labels?: readonly string[];
  samples(source: Source): readonly Sample[];
};

/** One sample, or none where there is nothing to tell. */
const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ value }]);

/** 1 for the state that it is in and 0 for every other, so that a sum over time tells how long it was in each. */
const oneOf = (label: string, all: readonly string[], now: string): Sample[] =>
  all.map((each) => ({ labels: { [label]: each }, value: each === now ? 1 : 0 }));

/** Of each partition of a live generation that this process runs. */
const partitionMetrics: readonly Metric<ProjectionStatus>[] = [
  {
    name: 'casefold_projection_position',
    help: 'Everything in the log up to here is in the read model',
    samples: ({ position }) => one(Number(position)),
  },
  {
    name: 'casefold_projection_lag_events',
    help: 'Events of the log not yet looked at; a lower bound when it is far behind',
    samples: ({ lagEvents }) => one(lagEvents),
  },
  {
    name: 'casefold_projection_lag_seconds',
    help: 'Age of the oldest event not yet looked at',
    samples: ({ lagSeconds }) => one(lagSeconds),
  },
  {
    name: 'casefold_projection_events_applied_total',
    help: 'Events applied by this worker',
    kind: 'counter',
    samples: ({ applied }) => one(applied),
  },
  {
    name: 'casefold_projection_events_per_second',
    help: 'Events applied a second over the last ten seconds',
    samples: ({ rate }) => one(rate),
  },
  {
    name: 'casefold_projection_batch_p50_seconds',
    help: 'Median time of the last batches, from reading to commit',
    samples: ({ batchSeconds }) => one(batchSeconds?.p50),
  },
  {
    name: 'casefold_projection_batch_p99_seconds',
    help: 'Time that 99 of 100 of the last batches stayed under, from reading to commit',
    samples: ({ batchSeconds }) => one(batchSeconds?.p99),
  },
  {
    name: 'casefold_projection_parked_events',
    help: 'Events parked now, those that wait behind another included',
    samples: ({ parked }) => one(parked),
  },
  {
    name: 'casefold_projection_generation',
    help: 'The live generation',
    samples: ({ generation }) => one(generation),
  },
  {
    name: 'casefold_projection_state',
    help: '1 for the state it is in, 0 for every other',
    labels: ['state'],
    samples: ({ state }) => oneOf('state', projectionStatusSchema.shape.state.options, state),
  },
  {
    name: 'casefold_projection_lease_info',
    help: 'Who holds the lease; always 1',
    labels: ['worker'],
    samples: ({ worker }) => [{ labels: { worker }, value: 1 }],
  },
];

/** Of each projection that is being rebuilt. */
const rebuildMetrics: readonly Metric<RebuildStatus>[] = [
  {
    name: 'casefold_projection_rebuild_generation',
    help: 'The generation that is being built',
    samples: ({ generation }) => one(generation),
  },
  {
    name: 'casefold_projection_rebuild_phase',
    help: '1 for the phase it is in, 0 for every other',
    labels: ['phase'],
    samples: ({ phase }) => oneOf('phase', rebuildStatusSchema.shape.phase.options, phase),
  },
  {
    name: 'casefold_projection_rebuild_paused',
    help: '1 while it is paused',
    samples: ({ paused }) => one(paused ? 1 : 0),
  },
  {
    name: 'casefold_projection_rebuild_progress_ratio',
    help: 'How much of it is done, from 0 to 1',
    samples: ({ progress }) => one(progress),
  },
  {
    name: 'casefold_projection_rebuild_remaining_seconds',
    help: 'How long it will still take; absent while that cannot be told',
    samples: ({ remainingSeconds }) => one(remainingSeconds),
  },
  {
    name: 'casefold_projection_rebuild_events_per_second',
    help: 'Events of the log read a second, of late',
    samples: ({ rate }) => one(rate),
  },
];

/**
 * Adds what there is to tell of the projections that run in this process, in Prometheus' units and names. What another
 * worker has taken over is gone from here with the next scrape.
 */
export function registerProjectionMetrics(
  registry: Registry,
  statuses: () => readonly ProjectionStatus[],
  rebuilds: () => readonly RebuildNews[],
): void {
  const ofPartition = ({ name, partition }: ProjectionStatus) => ({
    projection: name,
    partition: String(partition),
  });
  for (const metric of partitionMetrics) {
    register(registry, metric, ['projection', 'partition'], () =>
      statuses().map((status) => [ofPartition(status), status]),
    );
  }
  for (const metric of rebuildMetrics) {
    register(registry, metric, ['projection'], () =>
      rebuilds().map(({ projection, rebuild }) => [{ projection }, rebuild]),
    );
  }
}

function register<Source>(
  registry: Registry,
  { name, help, kind, labels = [], samples }: Metric<Source>,
  sourceLabels: readonly string[],
  sources: () => (readonly [labels: Readonly<Record<string, string>>, source: Source])[],
): void {
  const options = { name, help, labelNames: [...sourceLabels, ...labels], registers: [registry] };
  const collect = (metric: Counter | Gauge) => {
    metric.reset();
    for (const [named, source] of sources()) {
      for (const sample of samples(source)) metric.inc({ ...named, ...sample.labels }, sample.value);
    }
  };
  if (kind === 'counter') {
    const counter: Counter = new Counter({ ...options, collect: () => collect(counter) });
  } else {
    const gauge: Gauge = new Gauge({ ...options, collect: () => collect(gauge) });
  }
}
