import { expect, test } from 'vitest';
import { seededRandom } from '#tests/support/random';
import { beginProgress, type Estimate, estimate, type Goal, type Observation, observe } from './progress.ts';

/** A stretch of a log: positions, events of each type in a thousand positions, and seconds each costs. */
type Stretch = { readonly positions: number; readonly density: Readonly<Record<string, number>> };
type Costs = Readonly<Record<string, number>>;

const start: Observation = { seconds: 0, position: -1n, done: {} };

/** Runs through a log in batches, with times that scatter by a fifth, and tells what was estimated and what was true. */
function run(
  log: readonly Stretch[],
  costs: Costs,
  known?: Goal['counts'],
  batch = 5000,
  drift = (_: number) => 1,
) {
  const random = seededRandom(7);
  const counts: Record<string, number> = {};
  let head = 0;
  const observations: Observation[] = [];
  let seconds = 0;
  for (const { positions, density } of log) {
    for (let at = 0; at < positions; at += batch) {
      const step = Math.min(batch, positions - at);
      head += step;
      let work = (step / 1000) * (costs.position ?? 0);
      for (const [type, each] of Object.entries(density)) {
        const events = Math.round((step / 1000) * each * (0.7 + 0.6 * random()));
        counts[type] = (counts[type] ?? 0) + events;
        work += events * (costs[type] ?? 0);
      }
      seconds += work * (0.8 + 0.4 * random()) * drift(head);
      observations.push({ seconds, position: BigInt(head), done: { ...counts } });
    }
  }
  const goal: Goal = { after: -1n, head: BigInt(head), types: Object.keys(counts), counts: known ?? counts };
  let progress = beginProgress(start);
  const results: { readonly at: number; readonly estimate: Estimate; readonly truth: number }[] = [];
  for (const each of observations) {
    progress = observe(progress, each);
    results.push({
      at: each.seconds / seconds,
      estimate: estimate(progress, goal),
      truth: seconds - each.seconds,
    });
  }
  return results;
}

/** Share of the time in which the estimate was within a quarter of the truth; the last twentieth left out. */
function goodShare(results: ReturnType<typeof run>, from = 0.1) {
  const looked = results.filter(({ at }) => at > from && at < 0.95);
  const good = looked.filter(
    ({ estimate: { remainingSeconds }, truth }) =>
      remainingSeconds !== undefined && Math.abs(remainingSeconds - truth) <= truth / 4,
  );
  return good.length / looked.length;
}

const wild = (results: ReturnType<typeof run>, factor: number) =>
  results.filter(
    ({ at, estimate: { remainingSeconds: said }, truth }) =>
      at < 0.95 && said !== undefined && (said > truth * factor || said < truth / factor),
  );

const costs: Costs = { A: 0.0001, B: 0.0003, position: 0.001 };
const sparse = { positions: 500_000, density: { A: 20, B: 5 } };
const dense = { positions: 500_000, density: { A: 600, B: 200 } };

test.each([
  ['an even log', [dense, dense]],
  ['sparse, then dense', [sparse, dense]],
  ['dense, then sparse', [dense, sparse]],
  [
    'changing to and fro',
    [sparse, dense, sparse, dense, sparse].map((each) => ({ ...each, positions: 200_000 })),
  ],
])('%s: the remaining time is right within a quarter', (_, log) => {
  const results = run(log, costs);
  expect(goodShare(results)).toBeGreaterThan(0.9);
  expect(wild(results, 2)).toEqual([]);
});

test('expensive events that come late: nothing is said before they are known, and then it is right', () => {
  const log: readonly Stretch[] = [
    { positions: 600_000, density: { A: 500 } },
    { positions: 400_000, density: { A: 400, X: 20 } },
  ];
  const results = run(log, { A: 0.0001, X: 0.02 });
  const before = results.filter(({ estimate: { progress } }) => progress < 0.6);
  expect(before.length).toBeGreaterThan(50);
  expect(before.every(({ estimate: { remainingSeconds } }) => remainingSeconds === undefined)).toBe(true);
  expect(goodShare(results, 0.35)).toBeGreaterThan(0.9);
  expect(wild(results, 2)).toEqual([]);
});

test('a mixture that turns from cheap to expensive events is foreseen once both have been met apart', () => {
  const log: readonly Stretch[] = [
    { positions: 100_000, density: { A: 500, B: 10 } },
    { positions: 400_000, density: { A: 500, B: 60 } },
    { positions: 500_000, density: { A: 50, B: 500 } },
  ];
  const results = run(log, { A: 0.0001, B: 0.002 });
  expect(goodShare(results, 0.15)).toBeGreaterThan(0.85);
});

test('a machine that becomes slower is followed', () => {
  const results = run([dense, dense], costs, undefined, 5000, (head) => (head > 300_000 ? 1.6 : 1));
  expect(goodShare(results, 0.6)).toBeGreaterThan(0.9);
  expect(wild(results, 2)).toEqual([]);
});

test('where the number of events of a type is not known, no time is told, and progress goes by positions', () => {
  const results = run([sparse, dense], costs, { A: 310_000 });
  expect(
    results.every(
      ({ estimate: { remainingSeconds } }) => remainingSeconds === undefined || remainingSeconds === 0,
    ),
  ).toBe(true);
  const middle = results[Math.floor(results.length / 2)];
  expect(middle?.estimate.progress).toBeCloseTo(0.5, 1);
});

test('progress only grows, from none to all, and the end is told as such', () => {
  const shares = run([sparse, dense], costs).map(({ estimate: { progress } }) => progress);
  expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
  expect(shares[0]).toBeLessThan(0.01);
  expect(shares.at(-1)).toBe(1);
  expect(run([sparse], costs).at(-1)?.estimate.remainingSeconds).toBe(0);
});

test('what is remembered does not grow', () => {
  let progress = beginProgress(start);
  for (let at = 1; at <= 10_000; at++)
    progress = observe(progress, { seconds: at, position: BigInt(at * 10), done: { A: at * 5 } });
  expect(progress.windows.length).toBeLessThanOrEqual(80);
  expect(progress.windows.reduce((total, { seconds }) => total + seconds, 0)).toBe(10_000);
  const goal = { after: -1n, head: 200_000n, types: ['A'], counts: { A: 100_000 } };
  expect(estimate(progress, goal)).toMatchObject({ progress: 0.5, rate: 5 });
  expect(estimate(progress, goal).remainingSeconds).toBeCloseTo(10_000, -2);
});
