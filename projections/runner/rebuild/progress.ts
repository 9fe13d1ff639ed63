import type { TypeCounts } from '../read-model-store.ts';
import { fitCosts, type Work } from './work-costs.ts';

/** Where a rebuild is. */
export type Observation = {
  /** Seconds of work since it began; pauses left out. */
  readonly seconds: number;
  readonly position: bigint;
  /** Events applied so far, by type: of those that are parked or skipped there are few. */
  readonly done: TypeCounts;
};

/** What there is to do. */
export type Goal = {
  /** The rebuild began behind this position. */
  readonly after: bigint;
  readonly head: bigint;
  readonly types: readonly string[];
  /** How many events the log holds, by type, as far as live generations know; a type that is not in it is not known. */
  readonly counts: TypeCounts;
};

export type Estimate = {
  /** From 0 to 1: share of the events, or of the log's positions where the number of events is not known. */
  readonly progress: number;
  /** Events a second, over the last ten seconds or so. */
  readonly rate: number;
  /** Seconds; undefined while it cannot be told. */
  readonly remainingSeconds?: number;
};

export type Progress = { readonly last: Observation; readonly windows: readonly Work[] };

const mostWindows = 80;
const rateSeconds = 10;
/** Before so much was done, chance says more than the rate. */
const least = { windows: 5, events: 500, share: 0.01 };
/** A type counts as known once so many of its events were done. */
const leastOfType = 50;
/** Share of what remains that may be of types not known: at a hundred times the cost of others, a fifth of the time. */
const mostUnknown = 0.002;
/** How far the latest windows may correct the estimate: a machine gets slower or faster, not ten times so. */
const mostDrift = 2;

export const beginProgress = (start: Observation): Progress => ({ last: start, windows: [] });

/**
 * Takes in where a rebuild is now. After the throttle was changed, begin anew: what was learned holds no more.
 *
 * @returns as much to remember however long it goes on
 */
export function observe({ last, windows }: Progress, now: Observation): Progress {
  const events: Record<string, number> = {};
  for (const [type, count] of Object.entries(now.done)) {
    const more = count - (last.done[type] ?? 0);
    if (more > 0) events[type] = more;
  }
  const seconds = now.seconds - last.seconds;
  if (seconds <= 0) return { last, windows };
  const all = [...windows, { seconds, positions: Number(now.position - last.position), events }];
  return { last: now, windows: all.length > mostWindows ? inPairs(all) : all };
}

/**
 * How far a rebuild is, and how long it will take. Each type of event is given its own cost, learned from the times so
 * far, and so is passing over the log's positions; what remains of each is known from the live generation. So neither a
 * log that gets denser nor expensive events towards its end lead it astray: it rather says nothing, as long as too many
 * of the events to come are of types it has not met.
 */
export function estimate({ last, windows }: Progress, goal: Goal): Estimate {
  const { types, counts } = goal;
  const done = sum(types.map((type) => last.done[type] ?? 0));
  const left = Object.fromEntries(
    types.map((type) => [type, Math.max(0, (counts[type] ?? 0) - (last.done[type] ?? 0))]),
  );
  const leftEvents = sum(Object.values(left));
  const isKnown = types.every((type) => counts[type] !== undefined);
  const positions = Math.max(0, Number(goal.head - last.position));
  const span = Number(goal.head - goal.after);
  const result: Estimate = {
    progress: isKnown ? shareOf(done, done + leftEvents) : shareOf(span - positions, span),
    rate: rateOf(windows),
  };
  if (positions === 0 && leftEvents === 0) return { ...result, remainingSeconds: 0 };
  const unknown = sum(
    types.filter((type) => (last.done[type] ?? 0) < leastOfType).map((type) => left[type] ?? 0),
  );
  const isEarly =
    windows.length < least.windows || done < least.events || done < (done + leftEvents) * least.share;
  if (!isKnown || isEarly || unknown > leftEvents * mostUnknown) return result;

  const costOf = fitCosts(windows);
  const recent = latest(windows, sum(windows.map(({ seconds }) => seconds)) / 5);
  const expected = sum(recent.map(costOf));
  const ratio = expected > 0 ? sum(recent.map(({ seconds }) => seconds)) / expected : 1;
  const drift = Math.min(mostDrift, Math.max(1 / mostDrift, ratio));
  return { ...result, remainingSeconds: costOf({ positions, events: left }) * drift };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

const shareOf = (part: number, whole: number) => (whole <= 0 ? 1 : Math.min(1, Math.max(0, part / whole)));

function rateOf(windows: readonly Work[]): number {
  const recent = latest(windows, rateSeconds);
  const seconds = sum(recent.map((each) => each.seconds));
  return seconds > 0 ? sum(recent.flatMap(({ events }) => Object.values(events))) / seconds : 0;
}

/** The last windows that together last so long; at least one, if there is one. */
function latest(windows: readonly Work[], seconds: number): readonly Work[] {
  let lasted = 0;
  const first = windows.findLastIndex((window) => {
    lasted += window.seconds;
    return lasted >= seconds;
  });
  return windows.slice(Math.max(0, first));
}

/** The older windows two by two; the latest stay as they are. */
function inPairs(windows: readonly Work[]): Work[] {
  const half = windows.length >> 1;
  const older = windows.slice(0, half);
  const paired = older.flatMap((window, index) => {
    if (index % 2 === 1) return [];
    const next = older[index + 1];
    return next ? [together(window, next)] : [window];
  });
  return [...paired, ...windows.slice(half)];
}

function together(a: Work, b: Work): Work {
  const events: Record<string, number> = { ...a.events };
  for (const [type, count] of Object.entries(b.events)) events[type] = (events[type] ?? 0) + count;
  return { seconds: a.seconds + b.seconds, positions: a.positions + b.positions, events };
}
