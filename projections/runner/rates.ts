/** Rate and batch times of late, from what was measured. Times are milliseconds of one steady clock. */
export type Rates = {
  batch(events: number, startedAt: number, endedAt: number): void;
  /** Events a second over the last ten seconds. */
  rate(now: number): number;
  /** Seconds of a batch, of the last two hundred; undefined before the first. */
  batchSeconds(): { p50: number; p99: number } | undefined;
};

const windowMs = 10_000;
const mostBatches = 200;

export function createRates(): Rates {
  let recent: { readonly at: number; readonly events: number }[] = [];
  const seconds: number[] = [];
  return {
    batch(events, startedAt, endedAt) {
      recent = recent.filter(({ at }) => at > endedAt - windowMs);
      recent.push({ at: endedAt, events });
      seconds.push((endedAt - startedAt) / 1000);
      if (seconds.length > mostBatches) seconds.shift();
    },
    rate(now) {
      const events = recent
        .filter(({ at }) => at > now - windowMs)
        .reduce((sum, each) => sum + each.events, 0);
      return events / (windowMs / 1000);
    },
    batchSeconds() {
      if (seconds.length === 0) return undefined;
      const sorted = seconds.toSorted((a, b) => a - b);
      const at = (share: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      return { p50: at(0.5), p99: at(0.99) };
    },
  };
}
