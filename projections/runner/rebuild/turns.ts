/** Lets many pieces of work share the process with whoever else lives in it. */
export type Turns = {
  /** True if the current slice of work has lasted long enough: rest. Cheap enough to be asked for each event. */
  due(): boolean;
  /** Lets everything else in the process have its turn. */
  rest(): Promise<void>;
};

/** Requests that came in meanwhile wait no longer than this, and one event. */
const sliceMs = 10;
/** The clock is looked at for one question in so many. */
const every = 8;

/**
 * One slice of work in each round of the event loop, whoever's it is: with many waiting, `setImmediate` of each would
 * run all of them in the same round.
 *
 * @param now milliseconds of a steady clock
 */
export function createTurns(now: () => number = () => performance.now()): Turns {
  const waiting: (() => void)[] = [];
  let asked = 0;
  let startedAt = now();

  function give(): void {
    startedAt = now();
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(give);
  }

  return {
    due: () => ++asked % every === 0 && now() - startedAt > sliceMs,
    rest: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) setImmediate(give);
      }),
  };
}
