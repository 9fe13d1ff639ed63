import type { ProjectionItem } from '#read-api/contract-projections';
import { perSecond, remaining } from './words.ts';

type Rebuild = NonNullable<ProjectionItem['rebuild']>;

/** @param live the generation that readers see */
export function describeRebuild({ purpose, phase, generation }: Rebuild, live: number): string {
  if (purpose === 'verify') return `Check of generation ${live}`;
  const what = purpose === 'upgrade' ? 'Upgrade' : 'Rebuild';
  // It has no number before it begins.
  return phase === 'waiting' ? what : `${what} to generation ${generation}`;
}

/** From 0 to 1: nothing before it begins, and never all before it is ready. */
export function shareOf({ phase, progress }: Rebuild): number {
  if (phase === 'ready') return 1;
  return phase === 'waiting' ? 0 : Math.min(progress, 0.999);
}

/** How fast it goes and how long it takes, or why nothing can be said of that. */
export function paceOf({ phase, paused, rate, remainingSeconds }: Rebuild, live: number): string {
  if (phase === 'ready') return `readers still see generation ${live}`;
  if (phase === 'failed') return 'readers never saw it';
  if (paused) return 'goes on where it was when you resume it';
  if (phase === 'waiting') return 'begins in a moment';
  const left = remaining(remainingSeconds);
  return phase === 'scanning' || phase === 'catching-up' ? `${perSecond(rate)} · ${left}` : left;
}
