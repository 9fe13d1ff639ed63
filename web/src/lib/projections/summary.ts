import type { ProjectionItem } from '#read-api/contract-projections';

/** `silent`: nobody has told of it for some seconds. */
export type ShownState = ProjectionItem['state'] | 'silent';

/** A projection in one: all its partitions together. */
export type Summary = {
  readonly name: string;
  readonly version: number;
  readonly sink: ProjectionItem['sink'];
  readonly generation: number;
  readonly state: ShownState;
  /** By number; more than one where it is split. */
  readonly partitions: readonly ProjectionItem[];
  /** How many there should be. */
  readonly split: number;
  /** That of the partition which is furthest behind. */
  readonly position: string;
  readonly head: string;
  readonly lagEvents: number;
  readonly lagSeconds: number;
  readonly rate: number;
  readonly applied: number;
  /** Those of the slowest partition. */
  readonly batchSeconds: { readonly p50: number; readonly p99: number } | undefined;
  readonly parked: number;
  readonly errors: readonly string[];
  readonly heardAt: string;
  readonly generations: ProjectionItem['generations'];
  readonly rebuild: ProjectionItem['rebuild'];
};

/** What asks for a person first. */
const byConcern: readonly ShownState[] = [
  'silent',
  'retrying',
  'stopped',
  'paused',
  'waiting',
  'starting',
  'running',
];

export const stateOf = ({ state, stale }: ProjectionItem): ShownState => (stale ? 'silent' : state);

/** @param items the partitions of one projection; undefined for none */
export function summaryOf(items: readonly ProjectionItem[]): Summary | undefined {
  const [first] = items;
  if (!first) return undefined;
  const states = new Set(items.map(stateOf));
  const total = (of: (item: ProjectionItem) => number) => items.reduce((sum, item) => sum + of(item), 0);
  const batches = items.flatMap(({ batchSeconds }) => batchSeconds ?? []);
  return {
    name: first.name,
    version: first.version,
    sink: first.sink,
    generation: first.generation,
    state: byConcern.find((state) => states.has(state)) ?? 'waiting',
    partitions: items,
    split: first.partitions,
    position: lowest(items.map(({ position }) => position)),
    head: highest(items.map(({ head }) => head)),
    lagEvents: Math.max(...items.map(({ lagEvents }) => lagEvents)),
    lagSeconds: Math.max(...items.map(({ lagSeconds }) => lagSeconds)),
    rate: total(({ rate }) => rate),
    applied: total(({ applied }) => applied),
    batchSeconds:
      batches.length > 0
        ? {
            p50: Math.max(...batches.map(({ p50 }) => p50)),
            p99: Math.max(...batches.map(({ p99 }) => p99)),
          }
        : undefined,
    parked: total(({ parked }) => parked),
    errors: [...new Set(items.flatMap(({ lastError }) => lastError ?? []))],
    heardAt: items.map(({ heardAt }) => heardAt).toSorted()[0] ?? first.heardAt,
    generations: generationsOf(items),
    // Only the worker that leads tells of it.
    rebuild: items.find(({ rebuild }) => rebuild)?.rebuild,
  };
}

/** One for each projection, in the order of their first items. */
export const summariesOf = (items: readonly ProjectionItem[]): readonly Summary[] =>
  [...Map.groupBy(items, ({ name }) => name).values()].flatMap((group) => summaryOf(group) ?? []);

/** Newest first. A worker tells the position of what it runs itself, and -1 of what it does not. */
function generationsOf(items: readonly ProjectionItem[]): ProjectionItem['generations'] {
  const all = items.flatMap(({ generations }) => generations);
  return [...Map.groupBy(all, ({ generation }) => generation).values()]
    .flatMap((same) => {
      const told = same.map(({ position }) => position).filter((position) => !position.startsWith('-'));
      return same.slice(0, 1).map((each) => ({ ...each, position: told.length > 0 ? lowest(told) : '-1' }));
    })
    .toSorted((a, b) => b.generation - a.generation);
}

const lowest = (positions: readonly string[]): string =>
  positions.reduce((a, b) => (BigInt(b) < BigInt(a) ? b : a));
const highest = (positions: readonly string[]): string =>
  positions.reduce((a, b) => (BigInt(b) > BigInt(a) ? b : a));
