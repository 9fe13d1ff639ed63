import type { ProjectionBoardView, ProjectionItem } from '#read-api/contract-projections';
import { type Column, longestLine, type Style, styled, textTable } from './text-table.ts';
import { count, duration, left, oneLine, percent, perSecond } from './words.ts';

const styleOf: Partial<Record<ProjectionItem['state'], Style>> = {
  running: 'green',
  retrying: 'red',
  paused: 'yellow',
  waiting: 'yellow',
  stopped: 'yellow',
};

/** How far it is behind the log: events, and the age of the oldest. */
export const behind = ({ lagEvents, lagSeconds }: ProjectionItem): string =>
  lagEvents === 0 ? '0' : `${count(lagEvents)} · ${duration(lagSeconds)}`;

const columns: readonly Column<ProjectionItem>[] = [
  {
    title: 'PROJECTION',
    text: ({ name, partition, partitions }) => (partitions > 1 ? `${name}/${partition}` : name),
  },
  { title: 'GEN', text: ({ generation }) => String(generation), align: 'right' },
  {
    title: 'STATE',
    text: ({ state, stale }) => (stale ? 'silent' : state),
    style: ({ state, stale }) => (stale ? 'red' : styleOf[state]),
  },
  { title: 'POSITION', text: ({ position }) => position, align: 'right' },
  { title: 'BEHIND', text: behind, align: 'right' },
  { title: 'RATE', text: ({ rate }) => perSecond(rate), align: 'right' },
  {
    title: 'BATCH P50/P99',
    text: ({ batchSeconds: batch }) => (batch ? `${duration(batch.p50)}/${duration(batch.p99)}` : '-'),
    align: 'right',
  },
  {
    title: 'PARKED',
    text: ({ parked }) => count(parked),
    align: 'right',
    style: ({ parked }) => (parked > 0 ? 'red' : undefined),
  },
];

/** A rebuild in a line. */
export function rebuildLine({ rebuild }: ProjectionItem): string | undefined {
  if (!rebuild) return undefined;
  const { purpose, generation, phase, paused, progress, rate, remainingSeconds, throttle, error } = rebuild;
  const what = purpose === 'verify' ? 'check' : `rebuild to generation ${generation}`;
  const how = paused ? 'paused' : phase;
  const going = !paused && !['ready', 'failed', 'waiting'].includes(phase);
  const parts = [
    `${what}: ${how} ${percent(progress)}`,
    ...(going ? [perSecond(rate), left(remainingSeconds)] : []),
    ...(throttle ? [`held to ${perSecond(throttle)}`] : []),
    ...(error ? [error] : []),
  ];
  return parts.join(', ');
}

const below = (item: ProjectionItem): string[] => {
  const { lastError, stale, heardAt } = item;
  const rebuild = rebuildLine(item);
  const lines = [
    ...(stale ? [`nobody has told of it since ${heardAt}: is its worker running?`] : []),
    ...(lastError ? [lastError] : []),
    ...(rebuild ? [rebuild] : []),
  ];
  return lines.map((line) => styled('dim', `  └ ${oneLine(line, longestLine - 4)}`));
};

/** The table of `casefold projections list`, line by line. */
export function listTable({ items, unheard }: ProjectionBoardView): string[] {
  return [
    ...(items.length > 0 ? textTable(items, columns, below) : ['No worker has told of any projection yet.']),
    ...(unheard.length > 0 ? [`Nobody tells of: ${unheard.join(', ')}`] : []),
  ];
}
