import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { RebuildStatus } from '#projections/runner/status';
import { left, percent, perSecond } from './words.ts';

/** Shows how rebuilds are doing, on the terminal beside the output. */
export type RebuildProgress = {
  /** @param ended how it ended, once it has */
  show(projection: string, status: RebuildStatus | undefined, ended?: string): void;
  stop(): void;
};

export const noProgress: RebuildProgress = { show: () => {}, stop: () => {} };

/** A bar for each projection, on stderr; where that is no terminal, a line for each now and then. */
export function rebuildBars(projections: readonly string[]): RebuildProgress {
  const width = Math.max(...projections.map(({ length }) => length));
  const bars = new MultiBar(
    {
      format: '{name}  {bar}  {percent}  {how}',
      barsize: 24,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5000,
      hideCursor: true,
      clearOnComplete: false,
      stopOnComplete: false,
      autopadding: true,
    },
    Presets.shades_classic,
  );
  const known = new Map<string, SingleBar>(
    projections.map((name) => [
      name,
      bars.create(1000, 0, { name: name.padEnd(width), percent: percent(0).padStart(7), how: 'asked for' }),
    ]),
  );
  const shares = new Map<string, number>();

  return {
    show(name, status, ended) {
      const isGood = ended !== undefined && !['failed', 'cancelled'].includes(ended);
      const share = isGood ? 1 : (status?.progress ?? shares.get(name) ?? 0);
      shares.set(name, share);
      known.get(name)?.update(Math.floor(share * 1000), {
        percent: percent(share).padStart(7),
        how: ended ?? howOf(status),
      });
    },
    stop: () => bars.stop(),
  };
}

function howOf(status: RebuildStatus | undefined): string {
  if (!status) return 'waits for a worker';
  const { phase, paused, rate, remainingSeconds } = status;
  if (paused) return 'paused';
  return phase === 'scanning' || phase === 'catching-up'
    ? `${phase} · ${perSecond(rate)} · ${left(remainingSeconds)}`
    : `${phase} · ${left(remainingSeconds)}`;
}
