import type { TypeCounts } from '../read-model-store.ts';

/** What was done in a while: events by type, and positions of the log passed over on the way. */
export type Work = { readonly seconds: number; readonly positions: number; readonly events: TypeCounts };

const rounds = 200;
/** How many events it takes to believe in a cost of their own; before, they cost what all cost. */
const priorEvents = 1;

/**
 * Learns what each type of event costs, and each position, from how long mixtures of them took: least squares with costs
 * of zero at the least, each window weighted by its length, solved one cost after the other (coordinate descent).
 *
 * @returns seconds that some work should take
 */
export function fitCosts(windows: readonly Work[]): (work: Omit<Work, 'seconds'>) => number {
  const types = [...new Set(windows.flatMap(({ events }) => Object.keys(events)))];
  const seconds = windows.reduce((total, each) => total + each.seconds, 0);
  const done = windows.reduce((total, each) => total + eventsIn(each.events), 0);
  const mean = done > 0 ? seconds / done : 0;
  const positions = windows.reduce((total, each) => total + each.positions, 0);
  // Positions in thousandths of all, so that all features are of a like size.
  const unit = Math.max(1, positions / 1000);
  const featuresOf = (work: Omit<Work, 'seconds'>) => [
    ...types.map((type) => work.events[type] ?? 0),
    work.positions / unit,
  ];

  const rows = windows.map((window) => ({ features: featuresOf(window), window }));
  const size = types.length + 1;
  const normal = Array.from({ length: size }, (_, one) =>
    Array.from({ length: size }, (_, other) =>
      rows.reduce(
        (sum, { features, window }) => sum + ((features[one] ?? 0) * (features[other] ?? 0)) / window.seconds,
        0,
      ),
    ),
  );
  // Each window's weight is one by its length: its seconds fall out here.
  const right = Array.from({ length: size }, (_, one) =>
    rows.reduce((sum, { features }) => sum + (features[one] ?? 0), 0),
  );
  const prior = types.map(() => ({ weight: mean > 0 ? priorEvents / mean : 1, cost: mean }));
  prior.push({ weight: 1e-9, cost: 0 });

  const costs = prior.map(({ cost }) => cost);
  for (let round = 0; round < rounds; round++) {
    for (let one = 0; one < size; one++) {
      const { weight, cost } = prior[one] ?? { weight: 1, cost: 0 };
      let rest = (right[one] ?? 0) + weight * cost;
      for (let other = 0; other < size; other++)
        if (other !== one) rest -= (normal[one]?.[other] ?? 0) * (costs[other] ?? 0);
      costs[one] = Math.max(0, rest / ((normal[one]?.[one] ?? 0) + weight));
    }
  }
  // A type that was never met costs what all cost: the caller allows only few of them.
  return (work) => {
    const unmet = Object.entries(work.events).filter(([type]) => !types.includes(type));
    const met = featuresOf(work).reduce((sum, feature, at) => sum + feature * (costs[at] ?? 0), 0);
    return unmet.reduce((sum, [, count]) => sum + count * mean, met);
  };
}

const eventsIn = (events: TypeCounts) => Object.values(events).reduce((total, count) => total + count, 0);
