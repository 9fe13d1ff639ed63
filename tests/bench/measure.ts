/** How long work takes, in seconds, and what it gave. */
export async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; seconds: number }> {
  const began = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - began) / 1000 };
}

/** How long work takes, and how much of the processor's time this process spends on it, with all its threads. */
export async function timedWithCpu<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; seconds: number; cpuSeconds: number }> {
  const before = process.cpuUsage();
  const { result, seconds } = await timed(work);
  const { user, system } = process.cpuUsage(before);
  return { result, seconds, cpuSeconds: (user + system) / 1e6 };
}

/** The value below which a share of the values lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('There is no quantile of nothing.');
  return value;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/**
 * Does work again and again, several at a time.
 *
 * @param work gets the number of the call, from 0
 * @returns calls a second
 */
export async function rateOf(
  calls: number,
  atATime: number,
  work: (call: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < calls) await work(next++);
  };
  const { seconds } = await timed(() => Promise.all(Array.from({ length: atATime }, worker)));
  return calls / seconds;
}

/** Three significant digits: what is beyond them differs from run to run. */
export const digits = (value: number) =>
  value >= 100
    ? Math.round(value).toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: 3 });
export const perSecond = (value: number, what: string) => `${digits(value)} ${what}/s`;
export const milliseconds = (value: number) => `${digits(value)} ms`;
export const times = (value: number, ofWhat: string) => `${digits(value)} × ${ofWhat}`;
