import { formatCount } from '#lib/format.ts';
import type { ProjectionItem } from '#read-api/contract-projections';

/** A rate in events a second. */
export const perSecond = (rate: number): string =>
  `${rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate))}/s`;

/** Never 100 % before it is. */
export const percent = (share: number): string =>
  share >= 1 ? '100 %' : `${(Math.floor(Math.max(0, share) * 1000) / 10).toFixed(1)} %`;

const units = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** A length of time in its two largest units: `2 min 10 s`. */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 10) {
    return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
  }
  let left = Math.round(seconds);
  const index = units.findIndex(([size]) => left >= size);
  if (index < 0) return '0 s';
  const parts: string[] = [];
  for (const [size, name] of units.slice(index, index + 2)) {
    const whole = Math.floor(left / size);
    left -= whole * size;
    if (whole > 0) parts.push(`${whole} ${name}`);
  }
  return parts.join(' ');
}

export const remaining = (seconds: number | undefined): string =>
  seconds === undefined ? 'time left cannot be told yet' : `${duration(Math.ceil(seconds))} left`;

export const stores: Readonly<Record<ProjectionItem['sink'], string>> = {
  postgres: 'Postgres',
  graph: 'Neo4j',
  cache: 'Redis',
};

export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, each) => total + each, 0);
